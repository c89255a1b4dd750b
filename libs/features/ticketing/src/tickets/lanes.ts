interface Lane {
  running: number;
  waiting: (() => void)[];
}

/** Lets a few pieces of work for the same key run at once; the others wait, first come first served. */
export class Lanes {
  private readonly lanes = new Map<string, Lane>();

  /** @param width pieces of work for one key at once */
  constructor(private readonly width: number) {}

  /** @returns the result of `work` */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const lane = this.lanes.get(key) ?? { running: 0, waiting: [] };
    this.lanes.set(key, lane);
    if (lane.running < this.width) lane.running++;
    else await new Promise<void>((resolve) => lane.waiting.push(resolve));
    try {
      return await work();
    } finally {
      this.leave(key, lane);
    }
  }

  /** The next one takes the place, so nobody who comes now is before it. */
  private leave(key: string, lane: Lane): void {
    const next = lane.waiting.shift();
    if (next) return next();
    lane.running--;
    if (lane.running === 0) this.lanes.delete(key);
  }
}
