import type { ThrottleWindow } from './throttle-window.js';

const EXAMINED_PER_INSERT = 2;

/**
 * A map of windows with at most `capacity` entries and no timer: each new key inspects the next two entries in turn
 * and removes the expired ones. When the map is full, it removes the one of the two that ends sooner.
 */
export class WindowTable {
  private readonly windows = new Map<string, ThrottleWindow>();
  private cursor = this.windows.entries();

  constructor(private readonly capacity: number) {}

  get size(): number {
    return this.windows.size;
  }

  get(key: string): ThrottleWindow | undefined {
    return this.windows.get(key);
  }

  set(key: string, window: ThrottleWindow, now: number): void {
    if (!this.windows.has(key)) this.makeRoom(now);
    this.windows.set(key, window);
  }

  delete(key: string): void {
    this.windows.delete(key);
  }

  private makeRoom(now: number): void {
    let soonest: [string, ThrottleWindow] | undefined;
    for (let i = 0; i < EXAMINED_PER_INSERT; i++) {
      const entry = this.next();
      if (!entry) return;
      if (entry[1].resetsAt <= now) this.windows.delete(entry[0]);
      else if (!soonest || entry[1].resetsAt < soonest[1].resetsAt) soonest = entry;
    }
    if (soonest && this.windows.size >= this.capacity) this.windows.delete(soonest[0]);
  }

  private next(): [string, ThrottleWindow] | undefined {
    const step = this.cursor.next();
    if (!step.done) return step.value;
    this.cursor = this.windows.entries();
    return this.cursor.next().value;
  }
}
