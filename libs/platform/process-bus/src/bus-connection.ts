import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import pg from 'pg';
import { DatabaseClient } from '@gatehouse/database';

/** The sessions with this name are the processes for which a publisher waits. */
export const BUS_NAME = 'gatehouse-bus';

/** Milliseconds between heartbeats. */
const HEARTBEAT = 500;
/** Milliseconds for which an answered heartbeat proves freshness, counted from when it was sent. */
const LEASE = 1_500;
/** Milliseconds after which a query on this connection, including heartbeats, counts as lost. */
const QUERY_TIMEOUT = 3_000;
const BACKOFF = { first: 100, last: 2_000 };

interface BusConnectionHandlers {
  /** Called after every LISTEN, the first and later ones, before the connection counts as up. */
  connected(): void;
  received(notification: pg.Notification): void;
}

/**
 * A listening connection that reconnects when it is lost, and knows how fresh its state is. PostgreSQL delivers
 * notifications before the response to a later heartbeat, so an answered heartbeat proves that nothing is missing.
 */
export class BusConnection {
  private readonly logger = new Logger('ProcessBus');
  private client?: DatabaseClient;
  private provenAt = 0;
  private closed = false;
  private beating = false;
  private lastQuery: Promise<unknown> = Promise.resolve();
  private timer?: NodeJS.Timeout;
  private waiting: (() => void)[] = [];

  constructor(
    private readonly url: string,
    private readonly channels: string[],
    private readonly handlers: BusConnectionHandlers,
  ) {}

  /** Whether everything published until about a second ago has been received. */
  get fresh(): boolean {
    return this.client !== undefined && performance.now() - this.provenAt < LEASE;
  }

  /** Makes the first connection attempt; further attempts follow when it fails. */
  async open(): Promise<void> {
    this.timer = setInterval(() => void this.beat(), HEARTBEAT).unref();
    if (!(await this.connect())) void this.reconnect();
  }

  /** Listens to another channel, from now on and after every reconnect. Resolves once LISTEN has taken effect. */
  async listen(channel: string): Promise<void> {
    this.channels.push(channel);
    if (await this.up()) await this.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
  }

  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.timer);
    this.wake();
    const client = this.client;
    this.client = undefined;
    if (!client) return;
    const force = setTimeout(() => client.socket.destroy(), QUERY_TIMEOUT);
    await client.end();
    clearTimeout(force);
  }

  /** Resolves to true once the connection is up, to false when it was closed. */
  async up(): Promise<boolean> {
    while (!this.client && !this.closed) await new Promise<void>((resolve) => this.waiting.push(resolve));
    return !this.closed;
  }

  /** Runs queries one at a time, in order. A query without a response ends the connection. */
  query<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    const result = this.lastQuery.then(() => this.run<Row>(text, values));
    this.lastQuery = result.catch(() => undefined);
    return result;
  }

  private async run<Row extends pg.QueryResultRow>(text: string, values: unknown[]): Promise<Row[]> {
    const { client } = this;
    if (!client) throw new Error('The connection of the process bus is down');
    try {
      return (await client.query<Row>(text, values)).rows;
    } catch (error) {
      if (!(error instanceof pg.DatabaseError)) client.socket.destroy();
      throw error;
    }
  }

  private async connect(): Promise<boolean> {
    const client = new DatabaseClient({
      connectionString: this.url,
      connectionTimeoutMillis: QUERY_TIMEOUT,
      query_timeout: QUERY_TIMEOUT,
    });
    client.on('error', (error) => this.logger.warn(`The connection failed: ${error.message}`));
    client.once('end', () => this.lost(client));
    client.on('notification', (notification) => this.handlers.received(notification));
    try {
      await client.connect();
      const startedAt = performance.now();
      await client.query(
        this.channels.map((channel) => `LISTEN ${client.escapeIdentifier(channel)}`).join(';'),
      );
      // Set last and outside the transaction: publishers expect an answer from every session with this name.
      await client.query(`SET application_name = '${BUS_NAME}'`);
      if (this.closed) return false;
      this.handlers.connected();
      this.client = client;
      this.provenAt = startedAt;
      this.wake();
      return true;
    } catch (error) {
      this.logger.warn(`No connection to the database: ${(error as Error).message}`);
      return false;
    } finally {
      if (this.client !== client) client.socket.destroy();
    }
  }

  private lost(client: DatabaseClient): void {
    if (this.client !== client) return;
    this.client = undefined;
    this.logger.warn('The connection was lost: cached state is not trusted until it is back');
    void this.reconnect();
  }

  private async reconnect(): Promise<void> {
    for (let pause = BACKOFF.first; !this.closed; pause = Math.min(pause * 2, BACKOFF.last)) {
      await sleep(pause * (0.5 + Math.random() / 2), undefined, { ref: false });
      if (this.closed) return;
      if (await this.connect()) return this.logger.log('The connection is back');
    }
  }

  private async beat(): Promise<void> {
    const { client } = this;
    if (!client || this.beating) return;
    const sentAt = performance.now();
    // The process was suspended, so others may have given up on this session.
    if (sentAt - this.provenAt >= LEASE) return void client.socket.destroy();
    this.beating = true;
    try {
      await this.query('SELECT 1');
      if (this.client === client) this.provenAt = sentAt;
    } catch (error) {
      this.logger.debug(`A heartbeat failed: ${(error as Error).message}`);
    } finally {
      this.beating = false;
    }
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}
