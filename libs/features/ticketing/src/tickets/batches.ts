/** What came of one piece of work. */
export type Outcome<R> = { value: R } | { error: unknown };

interface Waiting<T, R> {
  item: T;
  /** To be worked alone: another item of an owner was there before, on whose outcome it may depend. */
  isAlone: boolean;
  resolve: (value: R) => void;
  reject: (error: unknown) => void;
}

interface Options<T, R> {
  /** @returns an outcome for each item, in their order */
  work: (items: T[]) => Promise<Outcome<R>[]>;
  /** Items with an owner in common are worked one after the other, and from the second on alone. */
  ownersOf: (item: T) => string[];
  /** Items in a batch, at most. */
  size: number;
  /** Batches of one key at once. */
  widthOfKey: number;
  /** Batches at once, of all keys together. */
  width: number;
}

/** What waits for one key, and the owners of what is in work for it. */
interface Line<T, R> {
  key: string;
  waiting: Waiting<T, R>[];
  /** How many items each owner has here, those in work included. */
  present: Map<string, number>;
  owners: Set<string>;
  running: number;
}

/**
 * Works together what waits for the same key: an item that finds few there is begun at once, and those that come
 * meanwhile are the next batch, first come first served. The keys take turns.
 */
export class Batches<T, R> {
  private readonly lines = new Map<string, Line<T, R>>();
  /** Lines that may begin another batch, one after the other. */
  private readonly turns = new Set<Line<T, R>>();
  private running = 0;

  constructor(private readonly options: Options<T, R>) {}

  /** @returns what came of this item alone */
  add(key: string, item: T): Promise<R> {
    return new Promise((resolve, reject) => {
      const line = this.lines.get(key) ?? newLine<T, R>(key);
      this.lines.set(key, line);
      const own = this.options.ownersOf(item);
      line.waiting.push({ item, isAlone: own.some((owner) => line.present.has(owner)), resolve, reject });
      for (const owner of own) line.present.set(owner, (line.present.get(owner) ?? 0) + 1);
      this.queue(line);
    });
  }

  private queue(line: Line<T, R>): void {
    if (line.running < this.options.widthOfKey && line.waiting.length > 0) this.turns.add(line);
    while (this.running < this.options.width && this.turns.size > 0) {
      const [next] = this.turns;
      this.turns.delete(next!);
      this.begin(next!);
    }
  }

  private begin(line: Line<T, R>): void {
    const batch = this.take(line);
    // Everything that waits shares an owner with what is in work.
    if (batch.length === 0) return;
    void this.serve(line, batch);
    this.queue(line);
  }

  private async serve(line: Line<T, R>, batch: Waiting<T, R>[]): Promise<void> {
    const owners = batch.flatMap(({ item }) => this.options.ownersOf(item));
    this.running++;
    line.running++;
    for (const owner of owners) line.owners.add(owner);
    const outcomes = await this.work(batch.map(({ item }) => item));
    for (const owner of owners) {
      line.owners.delete(owner);
      const left = line.present.get(owner)! - 1;
      if (left > 0) line.present.set(owner, left);
      else line.present.delete(owner);
    }
    line.running--;
    this.running--;
    batch.forEach(({ resolve, reject }, i) => {
      const outcome = outcomes[i]!;
      if ('value' in outcome) resolve(outcome.value);
      else reject(outcome.error);
    });
    if (line.running === 0 && line.waiting.length === 0) this.lines.delete(line.key);
    this.queue(line);
  }

  private async work(items: T[]): Promise<Outcome<R>[]> {
    try {
      return await this.options.work(items);
    } catch (error) {
      return items.map(() => ({ error }));
    }
  }

  /** Takes the first items out of the line. Those that share an owner with one before them stay, in order. */
  private take(line: Line<T, R>): Waiting<T, R>[] {
    const owners = new Set(line.owners);
    const batch: Waiting<T, R>[] = [];
    const staying: Waiting<T, R>[] = [];
    for (const one of line.waiting) {
      const own = this.options.ownersOf(one.item);
      const size = one.isAlone || batch[0]?.isAlone ? 1 : this.options.size;
      const fits = batch.length < size && !own.some((owner) => owners.has(owner));
      (fits ? batch : staying).push(one);
      // Also of those that stay: a later item of the same owner must not overtake them.
      own.forEach((owner) => owners.add(owner));
    }
    line.waiting = staying;
    return batch;
  }
}

function newLine<T, R>(key: string): Line<T, R> {
  return { key, waiting: [], present: new Map(), owners: new Set(), running: 0 };
}
