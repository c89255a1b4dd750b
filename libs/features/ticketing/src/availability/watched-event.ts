import type { Availability } from './availability.js';
import type { AvailabilityStream } from './availability-stream.js';

/** The clients of this process that watch one event, and what they were told last. */
export class WatchedEvent {
  private readonly streams = new Set<AvailabilityStream>();
  private lastText = '';
  private lastEvent: Buffer | undefined;

  get isWatched(): boolean {
    return this.streams.size > 0;
  }

  add(stream: AvailabilityStream): void {
    this.streams.add(stream);
    if (this.lastEvent) stream.send(this.lastEvent);
  }

  delete(stream: AvailabilityStream): void {
    this.streams.delete(stream);
  }

  /** Tells all of a state, if it is another one. The bytes are made once. */
  tell(availability: Availability): void {
    const text = JSON.stringify(availability);
    if (text === this.lastText) return;
    this.lastText = text;
    this.lastEvent = Buffer.from(`data: ${text}\n\n`);
    for (const stream of this.streams) stream.send(this.lastEvent);
  }

  beat(comment: Buffer): void {
    for (const stream of this.streams) stream.beat(comment);
  }

  end(): void {
    for (const stream of this.streams) stream.end();
  }
}
