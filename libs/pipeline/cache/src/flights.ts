/** Runs work once for all concurrent requests of the same key. */
export class Flights<T> {
  private readonly running = new Map<string, Promise<T>>();
  private readonly next = new Map<string, Promise<T>>();

  /** Joins the current run of a key, or starts one. */
  join(key: string, run: () => Promise<T>): Promise<T> {
    let flight = this.running.get(key);
    if (!flight) this.running.set(key, (flight = run().finally(() => this.running.delete(key))));
    return flight;
  }

  /**
   * Joins a run of the key that starts after this call: one at a time, shared by all callers that arrived during the
   * previous run.
   */
  joinNext(key: string, run: () => Promise<T>): Promise<T> {
    const running = this.running.get(key);
    if (!running) return this.join(key, run);
    const start = (): Promise<T> => {
      this.next.delete(key);
      return this.join(key, run);
    };
    let next = this.next.get(key);
    if (!next) this.next.set(key, (next = running.then(start, start)));
    return next;
  }
}
