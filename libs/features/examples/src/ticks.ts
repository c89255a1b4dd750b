import { Readable } from 'node:stream';

const CHUNKS = 10;
const INTERVAL_MS = 1_000;

/** The chunks `data: 0` to `data: 9`, the first at once, then one per second until the reader leaves. */
export class Ticks extends Readable {
  private next = 0;
  private timer: NodeJS.Timeout | undefined;

  override _read(): void {
    if (this.next === CHUNKS) return void this.push(null);
    const pause = this.next === 0 ? 0 : INTERVAL_MS;
    this.timer = setTimeout(() => this.push(`data: ${this.next++}\n`), pause);
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    clearTimeout(this.timer);
    callback(error);
  }
}
