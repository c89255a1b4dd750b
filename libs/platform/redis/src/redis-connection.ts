import { Injectable, Logger, OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { ErrorReply, type RedisClientType } from '@redis/client';
import { createRedisClient } from './create-redis-client.js';
import { whenOverdue } from './overdue.js';
import { RedisAwayError } from './redis-away.error.js';

/** How long a command may take before the connection counts as lost, in milliseconds. */
const COMMAND_TIMEOUT_MS = 250;

const RECHECK_MS = 1_000;
const CHECK_TTL_MS = 60_000;
const CHECK_SCRIPT = `return redis.call('SET', KEYS[1], 1, 'PX', ${CHECK_TTL_MS})`;

/**
 * The process's single connection to Redis. It never delays the start or ends the process: while Redis is
 * unavailable, or refuses commands (out of memory, read-only replica, no permission for the keys, wrong cluster
 * node), {@link ready} is false and commands fail at once. It recovers on its own.
 */
@Injectable()
export class RedisConnection implements OnModuleInit, OnApplicationShutdown {
  /** `undefined` without a URL. Prefer {@link run}, which also gives up on an unresponsive server. */
  readonly client: RedisClientType | undefined;

  private readonly logger = new Logger(RedisConnection.name);
  private readonly listeners: (() => void)[] = [];
  private readonly host: string | undefined;
  private away = false;
  private refuses = false;
  private recheck: NodeJS.Timeout | undefined;
  private closed = false;

  /**
   * @param url `redis://` or `rediss://`; when undefined, the memory of the process is used instead
   * @param prefix prefix of all keys
   */
  constructor(
    url: string | undefined,
    private readonly prefix = 'gatehouse:',
  ) {
    if (!url) return;
    this.host = new URL(url).host;
    this.client = createRedisClient(url);
    this.client.on('ready', () => this.onReady());
    this.client.on('error', (error: Error) => this.onError(error));
  }

  /** Whether commands can be sent now. */
  get ready(): boolean {
    return this.client !== undefined && this.client.isReady && !this.refuses;
  }

  onModuleInit(): void {
    if (!this.client)
      this.logger.log('Redis is not configured: cache and limits are kept in the memory of this process');
    else this.connect();
  }

  /** Calls `listener` each time Redis becomes available again after an outage or refusal. */
  onReconnect(listener: () => void): void {
    this.listeners.push(listener);
  }

  /**
   * Sends commands, and fails within a fraction of a second when Redis does not respond.
   * @throws {RedisAwayError} at once when there is no connection, or Redis refuses to serve this application
   * @throws {ErrorReply} of `@redis/client`, when Redis refuses the command
   * @throws {Error} when the connection is lost or given up before the reply; the command may have run
   */
  run<T>(command: (client: RedisClientType) => Promise<T>): Promise<T> {
    return this.ready ? this.send(command) : Promise.reject(new RedisAwayError());
  }

  /** Resolves when Redis accepts the application's commands. @throws like {@link run} */
  async check(): Promise<void> {
    const key = `${this.prefix}check`;
    await this.send((client) =>
      Promise.all([
        client.set(key, '1', { PX: CHECK_TTL_MS }),
        client.eval(CHECK_SCRIPT, { keys: [key] }),
        client.mGet([`${this.prefix}{check}:1`, `${this.prefix}{check}:2`]),
      ]),
    );
    if (this.refuses) this.onServing();
  }

  onApplicationShutdown(): void {
    this.closed = true;
    clearTimeout(this.recheck);
    if (this.client?.isOpen) this.client.destroy();
  }

  private send<T>(command: (client: RedisClientType) => Promise<T>): Promise<T> {
    if (!this.client?.isReady) return Promise.reject(new RedisAwayError());
    const cancel = whenOverdue(COMMAND_TIMEOUT_MS, () => this.giveUp());
    return command(this.client)
      .catch((error: unknown) => {
        if (error instanceof ErrorReply) this.onRefusal(error);
        throw error;
      })
      .finally(cancel);
  }

  private connect(): void {
    this.client!.connect().catch((error: Error) => this.onLoss(error));
  }

  /** Rejects every pending command and reconnects. */
  private giveUp(): void {
    if (!this.client?.isReady) return;
    this.client.destroy();
    this.onLoss(new RedisAwayError(`no answer within ${COMMAND_TIMEOUT_MS} ms`));
    this.connect();
  }

  private onReady(): void {
    // The check records a failure as a refusal or as a loss.
    void this.check().catch(() => undefined);
    const back = this.away;
    this.away = false;
    if (!back) {
      this.logger.log(`Redis at ${this.host} is connected: cache and limits are shared between processes`);
      return;
    }
    this.logger.log(`Redis at ${this.host} is back: cache and limits are shared between processes again`);
    for (const listener of this.listeners) listener();
  }

  private onRefusal({ message }: ErrorReply): void {
    if (this.refuses || this.closed) return;
    this.refuses = true;
    this.logger.warn(
      `Redis at ${this.host} refuses commands (${message}): until it takes them, each process uses its own memory`,
    );
    this.checkSoon();
  }

  private checkSoon(): void {
    this.recheck = setTimeout(
      () => void this.check().catch(() => this.closed || this.checkSoon()),
      RECHECK_MS,
    ).unref();
  }

  private onServing(): void {
    this.refuses = false;
    clearTimeout(this.recheck);
    this.logger.log(
      `Redis at ${this.host} takes commands: cache and limits are shared between processes again`,
    );
    for (const listener of this.listeners) listener();
  }

  private onError(error: Error): void {
    if (this.ready) this.logger.warn(`Redis at ${this.host}: ${error.message}`);
    else this.onLoss(error);
  }

  private onLoss(error: Error): void {
    if (this.away || this.closed) return;
    this.away = true;
    this.logger.warn(
      `Redis at ${this.host} is away (${error.message || error.name}): ` +
        'until it is back, each process uses its own memory',
    );
  }
}
