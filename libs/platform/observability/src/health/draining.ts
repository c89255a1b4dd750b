/** Whether this process is shutting down. */
export class Draining {
  private readonly controller = new AbortController();
  private readonly tasks: (() => Promise<void>)[] = [];

  /** Aborted at the beginning of the shutdown; ends whatever would never end by itself, such as an event stream. */
  readonly signal: AbortSignal = this.controller.signal;

  get active(): boolean {
    return this.signal.aborted;
  }

  /** @param task starts ending work other than requests, and resolves when it has ended; called once */
  add(task: () => Promise<void>): void {
    this.tasks.push(task);
  }

  /** Starts draining: readiness fails from now on. Resolves when all tasks have ended, successfully or not. */
  async begin(): Promise<void> {
    this.controller.abort();
    await Promise.allSettled(this.tasks.splice(0).map(async (task) => task()));
  }
}
