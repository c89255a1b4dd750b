/** Lets concurrent calls for the same key share one run of the work. */
export class SingleFlight<T> {
  private readonly flights = new Map<string, Promise<T>>();

  /** @returns the result of `work`, or of the run for this key that is under way already */
  run(key: string, work: () => Promise<T>): Promise<T> {
    const flying = this.flights.get(key);
    if (flying) return flying;
    const flight = work().finally(() => this.flights.delete(key));
    this.flights.set(key, flight);
    return flight;
  }
}
