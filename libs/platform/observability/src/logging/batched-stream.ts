import type { DestinationStream } from 'pino';

/** A stream that can write its buffer synchronously. */
export interface FlushableStream extends DestinationStream {
  flushSync(): void;
}

const BATCH_CHARACTERS = 16_000;
const BATCH_MS = 50;

/**
 * Forwards lines in batches: a write to pino's own stream costs 2.5 µs, and two per request cost as much as the whole
 * gate; a write to this stream costs 0.2 µs. A line waits for 50 ms at most, and is written when {@link flushSync}
 * returns.
 */
export class BatchedStream implements FlushableStream {
  private batch = '';
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly target: FlushableStream) {}

  write(line: string): void {
    this.batch += line;
    if (this.batch.length >= BATCH_CHARACTERS) this.pass();
    else this.timer ??= setTimeout(() => this.pass(), BATCH_MS);
  }

  flushSync(): void {
    this.pass();
    this.target.flushSync();
  }

  private pass(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.batch === '') return;
    this.target.write(this.batch);
    this.batch = '';
  }
}
