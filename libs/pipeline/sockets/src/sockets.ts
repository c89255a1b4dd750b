import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Environment } from '@gatehouse/config';
import {
  BusinessRuleProblem,
  type Principal,
  type Problem,
  toProblem,
  UnavailableProblem,
} from '@gatehouse/http';
import { FeatureRegistry } from '@gatehouse/modules';
import { Draining, Metrics, PinoLogger } from '@gatehouse/observability';
import { ProcessBus } from '@gatehouse/process-bus';
import { clientAddress, loadTestLimit, OpenLimit } from '@gatehouse/throttle';
import { type ClientSocket, closeCodes, type Identity } from './client-socket.js';

/** Milliseconds. Tests set shorter times. */
export const socketTimes = {
  /** For a client to authenticate. */
  anonymous: 10_000,
  /** Between two pings; a client that has not answered the last one is gone. */
  heartbeat: 30_000,
  /** After which a socket ends; its client reconnects, possibly to another process. */
  life: 3_600_000,
};

const PER_ADDRESS = 100;
const PER_USER = 20;
const PER_PROCESS = 5_000;
/** Maximum number of sockets whose credentials are checked at the same time. */
const CHECKS = 8;
/** Milliseconds until the next attempt when credentials could not be checked. */
const RETRY = 1_000;
const RETRY_SECONDS = 5;
const MAX_REASON = 123;

/**
 * The open sockets of this process. A socket ends when its client does not authenticate in time or no longer answers,
 * when its credentials end in whichever process, and after an hour. While it is uncertain whether credentials are
 * still valid, nothing is pushed to their sockets.
 */
@Injectable()
export class Sockets implements OnModuleInit, OnModuleDestroy {
  private readonly open = new Set<ClientSocket>();
  private readonly byUser = new Map<string, Set<ClientSocket>>();
  private readonly doubtful = new Set<ClientSocket>();
  private readonly places: OpenLimit;
  private readonly perUser: OpenLimit;
  private checking = 0;
  private heartbeat: NodeJS.Timeout | undefined;

  constructor(
    private readonly bus: ProcessBus,
    private readonly draining: Draining,
    private readonly log: PinoLogger,
    private readonly features: FeatureRegistry,
    metrics: Metrics,
    environment: Environment,
  ) {
    const limit = (count: number): number => loadTestLimit(count, environment);
    this.places = new OpenLimit('sockets', 'from one address', limit(PER_ADDRESS), limit(PER_PROCESS));
    this.perUser = new OpenLimit('sockets', 'of one user', limit(PER_USER), Infinity);
    metrics.registerGauge('sockets_open', 'Open WebSockets of this process.', () => this.open.size);
  }

  onModuleInit(): void {
    for (const { topic, concerns } of this.features.declarations.flatMap(
      ({ callerChanges = [] }) => callerChanges,
    ))
      this.bus.subscribe(topic, (payload) => this.doubt((caller) => concerns(caller, payload)));
    this.bus.onGap(() => this.resync());
    this.draining.add(() => this.closeAll());
    this.heartbeat = setInterval(() => this.beat(), socketTimes.heartbeat).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.heartbeat);
  }

  /** Ids of the users who are connected to this process. */
  get userIds(): readonly string[] {
    return [...this.byUser.keys()];
  }

  /** The sockets of a user at this process. */
  of(userId: string): Iterable<ClientSocket> {
    return this.byUser.get(userId) ?? [];
  }

  /**
   * Counts one more socket.
   * @returns the function to call, once, when it has closed
   * @throws {Problem} 429 when the address has too many, 503 when the process has or is shutting down
   */
  take(address: string): () => void {
    if (this.draining.active) throw new UnavailableProblem('The server is shutting down', RETRY_SECONDS);
    return this.places.take(clientAddress(address));
  }

  /**
   * Counts one more socket of a user.
   * @returns the function to call, once, when it has closed
   * @throws {Problem} 429 when the user has too many
   */
  takeOf(userId: string): () => void {
    return this.perUser.take(userId);
  }

  /** Watches over an open socket. */
  add(socket: ClientSocket): void {
    this.open.add(socket);
    this.schedule(socket);
    socket.on('pong', () => (socket.isAlive = true));
    socket.once('close', (code) => this.remove(socket, code));
    this.log.logger.info({ requestId: socket.id, ip: socket.origin.address }, 'socket_opened');
    if (this.draining.active) this.goAway(socket);
  }

  /**
   * Tells who uses a socket, which is counted with {@link takeOf}.
   * @throws {BusinessRuleProblem} when it is somebody else than before
   */
  identify(socket: ClientSocket, identity: Identity): void {
    const { id } = identity.caller;
    if (socket.caller && socket.caller.id !== id)
      throw new BusinessRuleProblem('The connection belongs to another user');
    this.byUser.set(id, (this.byUser.get(id) ?? new Set()).add(socket));
    socket.identity = identity;
    this.schedule(socket);
    // A change that was told between the check and this moment did not find the socket.
    this.check([socket]);
  }

  private remove(socket: ClientSocket, code: number): void {
    clearTimeout(socket.timer);
    this.open.delete(socket);
    this.doubtful.delete(socket);
    const userId = socket.caller?.id;
    const own = userId && this.byUser.get(userId);
    if (own && own.delete(socket) && own.size === 0) this.byUser.delete(userId);
    const { id: requestId, messages } = socket;
    const ms = Math.round(performance.now() - socket.openedAt);
    this.log.logger.info({ requestId, userId, code, ms, messages }, 'socket_closed');
  }

  /** Sets the timer for the next moment at which the socket ends, or its credentials do. */
  private schedule(socket: ClientSocket): void {
    const { openedAt, caller } = socket;
    const left = (caller ? socketTimes.life : socketTimes.anonymous) - (performance.now() - openedAt);
    const valid = (caller?.expiresAt ?? Infinity) - Date.now();
    clearTimeout(socket.timer);
    socket.timer = setTimeout(
      () => {
        if (!caller) socket.close(closeCodes.unauthenticated, 'Authentication required');
        else if (valid < left) this.check([socket]);
        else socket.close(closeCodes.goingAway, 'Reconnect');
      },
      Math.max(Math.min(left, valid), 0),
    );
  }

  private doubt(isMeant: (caller: Principal) => boolean): void {
    this.check([...this.open].filter(({ caller }) => caller && isMeant(caller)));
  }

  /** After messages of other processes may have been missed: clients have to read again what they show. */
  private resync(): void {
    this.doubt(() => true);
    const text = JSON.stringify({ event: 'resync' });
    for (const socket of this.open) socket.pushText(text);
  }

  /** Checks whether the callers of sockets are still known, once whoever else is told of the same change knows it. */
  private check(sockets: readonly ClientSocket[]): void {
    for (const socket of sockets) {
      socket.hold();
      this.doubtful.add(socket);
    }
    if (sockets.length > 0) setImmediate(() => this.checkNext());
  }

  private checkNext(): void {
    for (const socket of this.doubtful) {
      if (this.checking === CHECKS) return;
      this.doubtful.delete(socket);
      this.checking++;
      void this.verify(socket).finally(() => {
        this.checking--;
        this.checkNext();
      });
    }
  }

  private async verify(socket: ClientSocket): Promise<void> {
    const identity = socket.identity!;
    try {
      const caller = await identity.verify();
      // Doubted again, or authenticated anew, in the meantime.
      if (this.doubtful.has(socket)) return;
      if (caller?.id !== identity.caller.id)
        return socket.close(closeCodes.unauthenticated, 'Authentication required');
      identity.caller = caller;
      this.schedule(socket);
      socket.release();
    } catch (error) {
      const problem = toProblem(error);
      if (problem.getStatus() < 500) socket.close(closeCodes.unauthenticated, reasonOf(problem));
      else setTimeout(() => this.open.has(socket) && this.check([socket]), RETRY).unref();
    }
  }

  private beat(): void {
    for (const socket of this.open) {
      // A socket that is paused has not read the answer.
      if (!socket.isAlive && !socket.isPaused) socket.terminate();
      socket.isAlive = false;
      socket.ping();
    }
  }

  private goAway(socket: ClientSocket): void {
    socket.close(closeCodes.goingAway, 'The server is shutting down');
  }

  private async closeAll(): Promise<void> {
    const closed = [...this.open].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    for (const socket of this.open) this.goAway(socket);
    await Promise.all(closed);
  }
}

/** The reason in a close frame has 123 bytes at most (RFC 6455, section 5.5). */
function reasonOf({ detail }: Problem): string {
  return Buffer.byteLength(detail) > MAX_REASON ? 'Authentication required' : detail;
}
