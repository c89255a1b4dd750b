import { Readable } from 'node:stream';

/**
 * The events of one client, as `text/event-stream`. A client that reads slowly gets the newest state and misses those
 * in between: never more than one waits here, and it is the same bytes for all clients.
 */
export class AvailabilityStream extends Readable {
  /** Milliseconds, as `performance.now()` has them. */
  readonly openedAt = performance.now();
  private newest: Buffer | undefined;
  private isWaiting = false;

  /**
   * @param client whose it is, as {@link EventStreamLimits} knows it
   * @param onClose called once, when the client has left or the stream has ended
   */
  constructor(
    readonly client: string,
    private readonly onClose: (stream: AvailabilityStream) => void,
  ) {
    super({ highWaterMark: 0 });
  }

  /** Sends a state, or keeps it until the client takes it; an older one that still waits is dropped. */
  send(event: Buffer): void {
    this.newest = event;
    if (this.isWaiting) this.flush();
  }

  /** Shows that the server is there, when the client is not busy with something else anyway. */
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
    this.onClose(this);
    callback(error);
  }

  private flush(): void {
    const event = this.newest;
    this.newest = undefined;
    this.isWaiting = false;
    this.push(event);
  }
}
