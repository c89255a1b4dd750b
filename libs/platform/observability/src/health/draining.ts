/** Whether this process is on its way out. */
export class Draining {
  private readonly controller = new AbortController();

  /** Aborted at the beginning of the shutdown: what would never end by itself, such as an event stream, ends on it. */
  readonly signal: AbortSignal = this.controller.signal;

  get active(): boolean {
    return this.signal.aborted;
  }

  /** Readiness fails from here on. */
  begin(): void {
    this.controller.abort();
  }
}
