import type { ClientSocket } from '@gatehouse/sockets';
import type { Availability } from './availability.js';
import { AvailabilityStream } from './availability-stream.js';

/** The clients of this process that watch one event, and the state that they were sent last. */
export class WatchedEvent {
  private readonly streams = new Set<AvailabilityStream>();
  private readonly sockets = new Set<ClientSocket>();
  private lastText = '';
  private lastEvent: Buffer | undefined;

  get isWatched(): boolean {
    return this.streams.size + this.sockets.size > 0;
  }

  /** Pushes the last state, and each new one. */
  subscribe(socket: ClientSocket): void {
    this.sockets.add(socket);
    socket.pushText(this.lastMessage);
  }

  unsubscribe(socket: ClientSocket): void {
    this.sockets.delete(socket);
  }

  /** @param onClose called once, when the stream has ended and is no longer counted here */
  open(onClose: () => void): AvailabilityStream {
    const stream = new AvailabilityStream(() => {
      this.streams.delete(stream);
      onClose();
    });
    this.streams.add(stream);
    if (this.lastEvent) stream.send(this.lastEvent);
    return stream;
  }

  private get lastMessage(): string {
    return `{"event":"availability","data":${this.lastText}}`;
  }

  /** Sends a state to all clients if it has changed. It is serialised once. */
  send(availability: Availability): void {
    const text = JSON.stringify(availability);
    if (text === this.lastText) return;
    this.lastText = text;
    this.lastEvent = Buffer.from(`data: ${text}\n\n`);
    for (const stream of this.streams) stream.send(this.lastEvent);
    const { lastMessage } = this;
    for (const socket of this.sockets) socket.pushText(lastMessage);
  }

  /** @param eldest streams opened before this time (`performance.now()`) are ended */
  beat(comment: Buffer, eldest: number): void {
    for (const stream of this.streams) {
      if (stream.openedAt < eldest) stream.end();
      else stream.beat(comment);
    }
  }

  end(): void {
    for (const stream of this.streams) stream.end();
  }
}
