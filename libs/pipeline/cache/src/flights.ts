/** Runs work once for all who ask for the same at the same time. */
export class Flights<T> {
  private readonly running = new Map<string, Promise<T>>();
  private readonly next = new Map<string, Promise<T>>();

  /** Joins the run of a key that is under way, or starts one. */
  join(key: string, run: () => Promise<T>): Promise<T> {
    let flight = this.running.get(key);
    if (!flight) this.running.set(key, (flight = run().finally(() => this.running.delete(key))));
    return flight;
  }

  /** Joins a run of the key that begins after this call: one at a time, for all who came during the run before. */
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
