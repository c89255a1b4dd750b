/** Whether this process is on its way out. */
export class Draining {
  private readonly controller = new AbortController();
  private readonly tasks: (() => Promise<void>)[] = [];

  /** Aborted at the beginning of the shutdown: what would never end by itself, such as an event stream, ends on it. */
  readonly signal: AbortSignal = this.controller.signal;

  get active(): boolean {
    return this.signal.aborted;
  }

  /** @param task begins the end of work that is no request, and resolves when that is over; called once */
  add(task: () => Promise<void>): void {
    this.tasks.push(task);
  }

  /** Readiness fails from here on. Resolves when the tasks are over, whether or not they succeeded. */
  async begin(): Promise<void> {
    this.controller.abort();
    await Promise.allSettled(this.tasks.splice(0).map(async (task) => task()));
  }
}
