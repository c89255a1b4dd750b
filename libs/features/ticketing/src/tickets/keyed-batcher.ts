/** Outcome of one item. */
export type Outcome<R> = { value: R } | { error: unknown };

interface Waiting<T, R> {
  item: T;
  /** Whether it must be processed alone: another item of an owner preceded it, whose outcome it may depend on. */
  isAlone: boolean;
  resolve: (value: R) => void;
  reject: (error: unknown) => void;
}

interface Options<T, R> {
  /** @returns an outcome for each item, in the same order */
  work: (items: T[]) => Promise<Outcome<R>[]>;
  /** Items that share an owner are processed one after another, and alone from the second on. */
  ownersOf: (item: T) => string[];
  /** Maximum number of items in a batch. */
  size: number;
  /** Maximum number of parallel batches per key. */
  widthOfKey: number;
  /** Maximum number of parallel batches for all keys. */
  width: number;
}

/** Waiting items of one key, and the owners of those in progress. */
interface Line<T, R> {
  key: string;
  waiting: Waiting<T, R>[];
  /** Number of items per owner, including those in progress. */
  present: Map<string, number>;
  owners: Set<string>;
  running: number;
}

/**
 * Processes waiting items of the same key together: an item that finds few batches in progress starts at once, and
 * those that arrive in the meantime form the next batch, first come, first served. Keys take turns.
 */
export class KeyedBatcher<T, R> {
  private readonly lines = new Map<string, Line<T, R>>();
  /** Queues that may start another batch, in turn. */
  private readonly turns = new Set<Line<T, R>>();
  private running = 0;

  constructor(private readonly options: Options<T, R>) {}

  /** @returns the outcome of this item */
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
    // All waiting items share an owner with one in progress.
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

  /** Takes the first items from the queue. Items that share an owner with an earlier one stay, in order. */
  private take(line: Line<T, R>): Waiting<T, R>[] {
    const owners = new Set(line.owners);
    const batch: Waiting<T, R>[] = [];
    const staying: Waiting<T, R>[] = [];
    for (const one of line.waiting) {
      const own = this.options.ownersOf(one.item);
      const size = one.isAlone || batch[0]?.isAlone ? 1 : this.options.size;
      const fits = batch.length < size && !own.some((owner) => owners.has(owner));
      (fits ? batch : staying).push(one);
      // Includes owners of items that stay, so that a later item of the same owner cannot overtake them.
      own.forEach((owner) => owners.add(owner));
    }
    line.waiting = staying;
    return batch;
  }
}

function newLine<T, R>(key: string): Line<T, R> {
  return { key, waiting: [], present: new Map(), owners: new Set(), running: 0 };
}
