import { Readable } from 'node:stream';

/**
 * The events of one client, as `text/event-stream`. A slow client gets the newest state and misses those in between:
 * at most one waits here, and its bytes are shared by all clients.
 */
export class AvailabilityStream extends Readable {
  /** As returned by `performance.now()`. */
  readonly openedAt = performance.now();
  private newest: Buffer | undefined;
  private isWaiting = false;

  /** @param onClose called once, when the client has disconnected or the stream has ended */
  constructor(private readonly onClose: () => void) {
    super({ highWaterMark: 0 });
  }

  /** Sends a state, or keeps it until the client reads, replacing an older one that still waits. */
  send(event: Buffer): void {
    this.newest = event;
    if (this.isWaiting) this.flush();
  }

  /** Sends a heartbeat unless the client is still busy. */
  beat(comment: Buffer): void {
    if (this.isWaiting) this.send(comment);
  }

  end(): void {
    if (!this.readableEnded && !this.destroyed) this.push(null);
  }

  override _read(): void {
    this.isWaiting = true;
    if (this.newest) this.flush();
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.onClose();
    callback(error);
  }

  private flush(): void {
    const event = this.newest;
    this.newest = undefined;
    this.isWaiting = false;
    this.push(event);
  }
}
