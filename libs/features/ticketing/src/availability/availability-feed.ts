import type { Readable } from 'node:stream';
import { Injectable, Logger, OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { BusinessRuleProblem, found } from '@gatehouse/http';
import { Draining } from '@gatehouse/observability';
import { ProcessBus } from '@gatehouse/process-bus';
import type { ClientSocket } from '@gatehouse/sockets';
import { clientAddress } from '@gatehouse/throttle';
import { type Availability, findAvailability } from './availability.js';
import { AVAILABILITY_CHANNEL } from './availability-notices.js';
import { EventStreamLimits } from './event-stream-limits.js';
import { WatchedEvent } from './watched-event.js';

/** Milliseconds between comments that keep proxies from closing a silent stream. */
const HEARTBEAT = 15_000;
/** Minimum milliseconds between two queries for the same events. */
const PAUSE = 50;
/** Extra milliseconds for each connected client, so that broadcasting stays a small share of the CPU time. */
const PAUSE_PER_CLIENT = 0.1;
/** Events that one socket may watch. */
const MAX_SUBSCRIPTIONS = 20;
/** Milliseconds until the next attempt after the database did not respond. */
const RETRY = 1_000;

const HEARTBEAT_COMMENT = Buffer.from(':\n\n');

/**
 * Sends the availability of events to the clients of this process that watch them. The process bus reports changed
 * events, and one query reads those that are watched. Every state sent was committed; a client gets each change or a
 * newer one.
 */
@Injectable()
export class AvailabilityFeed implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(AvailabilityFeed.name);
  private readonly watched = new Map<string, WatchedEvent>();
  private readonly stale = new Set<string>();
  private readonly subscriptions = new WeakMap<ClientSocket, Set<string>>();
  private subscribed = 0;
  private readonly heartbeat: NodeJS.Timeout;
  private timer: NodeJS.Timeout | undefined;
  private isReading = false;
  /** `performance.now()` before which nothing is read again. */
  private restsUntil = 0;
  private isClosed = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly bus: ProcessBus,
    private readonly limits: EventStreamLimits,
    draining: Draining,
  ) {
    this.heartbeat = setInterval(() => this.beat(), HEARTBEAT).unref();
    draining.signal.addEventListener('abort', () => this.end());
  }

  onModuleInit(): void {
    this.bus.listen(
      AVAILABILITY_CHANNEL,
      (eventId) => this.changed(eventId),
      () => this.readAll(),
    );
  }

  onModuleDestroy(): void {
    this.end();
    clearInterval(this.heartbeat);
    clearTimeout(this.timer);
  }

  /**
   * Streams the availability of an event, now and at each change, for an hour.
   * @param address address of the client
   */
  async watch(eventId: string, address: string): Promise<Readable> {
    const release = this.limits.take(clientAddress(address));
    try {
      const event = this.watchedEvent(await this.find(eventId));
      const stream = event.open(() => {
        release();
        this.forgetUnwatched(eventId);
      });
      this.changed(eventId);
      if (this.isClosed) stream.end();
      return stream;
    } catch (error) {
      release();
      throw error;
    }
  }

  /**
   * Pushes the availability of an event to a socket, now and at each change.
   * @throws {BusinessRuleProblem} when the socket watches too many events
   */
  async subscribe(eventId: string, socket: ClientSocket): Promise<void> {
    const own = this.subscriptions.get(socket) ?? new Set();
    if (own.has(eventId)) return;
    if (own.size >= MAX_SUBSCRIPTIONS)
      throw new BusinessRuleProblem(`A connection may watch ${MAX_SUBSCRIPTIONS} events at once`);
    const availability = await this.find(eventId);
    // Closed in the meantime: nobody would unsubscribe it.
    if (!socket.isOpen) return;
    const event = this.watchedEvent(availability);
    this.subscriptions.set(socket, own.add(eventId));
    this.subscribed++;
    event.subscribe(socket);
    this.changed(eventId);
  }

  unsubscribe(eventId: string, socket: ClientSocket): void {
    if (!this.subscriptions.get(socket)?.delete(eventId)) return;
    this.subscribed--;
    this.watched.get(eventId)!.unsubscribe(socket);
    this.forgetUnwatched(eventId);
  }

  /** Ends what a closed socket was subscribed to. */
  drop(socket: ClientSocket): void {
    for (const eventId of this.subscriptions.get(socket) ?? []) this.unsubscribe(eventId, socket);
  }

  /** @throws {NotFoundProblem} */
  private async find(eventId: string): Promise<Availability> {
    const [now] = await findAvailability([eventId], this.dataSource.manager);
    return found(now, 'Event');
  }

  private watchedEvent(availability: Availability): WatchedEvent {
    const { eventId } = availability;
    const event = this.watched.get(eventId) ?? new WatchedEvent();
    this.watched.set(eventId, event);
    // A state that was sent meanwhile is newer than the one that was read.
    if (!event.isWatched) event.send(availability);
    return event;
  }

  private forgetUnwatched(eventId: string): void {
    if (!this.watched.get(eventId)?.isWatched) this.watched.delete(eventId);
  }

  private get pause(): number {
    return Math.max(PAUSE, (this.limits.total + this.subscribed) * PAUSE_PER_CLIENT);
  }

  private changed(eventId: string): void {
    if (!this.watched.has(eventId) || this.isClosed) return;
    this.stale.add(eventId);
    this.readSoon();
  }

  private readAll(): void {
    for (const eventId of this.watched.keys()) this.changed(eventId);
  }

  private readSoon(): void {
    const rest = Math.max(0, this.restsUntil - performance.now());
    if (!this.isReading) this.timer ??= setTimeout(() => void this.read(), rest);
  }

  private async read(): Promise<void> {
    this.timer = undefined;
    this.isReading = true;
    const eventIds = [...this.stale];
    this.stale.clear();
    let { pause } = this;
    try {
      for (const availability of await findAvailability(eventIds, this.dataSource.manager))
        this.watched.get(availability.eventId)?.send(availability);
    } catch (error) {
      this.logger.warn(`Availability could not be read: ${(error as Error).message}`);
      for (const eventId of eventIds) this.stale.add(eventId);
      pause = RETRY;
    }
    this.isReading = false;
    this.restsUntil = performance.now() + pause;
    if (this.stale.size > 0 && !this.isClosed) this.readSoon();
  }

  /**
   * Sends a heartbeat to each client, or ends its stream after its lifetime, and checks all events again: a process
   * may have ended between a sale and its notice.
   */
  beat(): void {
    const eldest = performance.now() - this.limits.life;
    for (const event of this.watched.values()) event.beat(HEARTBEAT_COMMENT, eldest);
    this.readAll();
  }

  private end(): void {
    this.isClosed = true;
    for (const event of this.watched.values()) event.end();
  }
}
