/** What came of one piece of work. */
export type Outcome<R> = { value: R } | { error: unknown };

interface Waiting<T, R> {
  item: T;
  resolve: (value: R) => void;
  reject: (error: unknown) => void;
}

interface Options<T, R> {
  /** @returns an outcome for each item, in their order */
  work: (items: T[]) => Promise<Outcome<R>[]>;
  /** No two items with an owner in common come into one batch. */
  ownersOf: (item: T) => string[];
  /** Items in a batch, at most. */
  size: number;
  /** Batches at once, of all keys together. */
  width: number;
}

/**
 * Works together what waits for the same key: an item that finds nobody there is begun at once, and those that come
 * meanwhile are the next batch, first come first served. Of one key there is one batch at a time; the keys take turns.
 */
export class Batches<T, R> {
  private readonly waiting = new Map<string, Waiting<T, R>[]>();
  /** Keys whose turn it is, one after the other; those in work are not among them. */
  private readonly turns: string[] = [];
  private running = 0;

  constructor(private readonly options: Options<T, R>) {}

  /** @returns what came of this item alone */
  add(key: string, item: T): Promise<R> {
    return new Promise((resolve, reject) => {
      const one = { item, resolve, reject };
      const line = this.waiting.get(key);
      if (line) return void line.push(one);
      this.waiting.set(key, [one]);
      this.turns.push(key);
      this.begin();
    });
  }

  private begin(): void {
    while (this.running < this.options.width && this.turns.length > 0) void this.serve(this.turns.shift()!);
  }

  private async serve(key: string): Promise<void> {
    this.running++;
    const line = this.waiting.get(key)!;
    const batch = this.take(line);
    const outcomes = await this.work(batch.map(({ item }) => item));
    batch.forEach(({ resolve, reject }, i) => {
      const outcome = outcomes[i]!;
      if ('value' in outcome) resolve(outcome.value);
      else reject(outcome.error);
    });
    this.running--;
    if (line.length > 0) this.turns.push(key);
    else this.waiting.delete(key);
    this.begin();
  }

  private async work(items: T[]): Promise<Outcome<R>[]> {
    try {
      return await this.options.work(items);
    } catch (error) {
      return items.map(() => ({ error }));
    }
  }

  /** Takes the first ones out of the line; who would meet an owner of theirs stays, in order. */
  private take(line: Waiting<T, R>[]): Waiting<T, R>[] {
    const owners = new Set<string>();
    const batch: Waiting<T, R>[] = [];
    const staying: Waiting<T, R>[] = [];
    for (const one of line) {
      const own = this.options.ownersOf(one.item);
      const fits = batch.length < this.options.size && !own.some((owner) => owners.has(owner));
      (fits ? batch : staying).push(one);
      // Also of those who stay: the next of the same owner is not to come before them.
      own.forEach((owner) => owners.add(owner));
    }
    line.splice(0, line.length, ...staying);
    return batch;
  }
}
