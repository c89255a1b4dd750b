import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { Notification } from 'pg';
import { BUS_NAME, BusConnection } from './bus-connection.js';
import { PendingPublications } from './pending-publications.js';

/** Handles a message. It must invalidate affected state before its first await. */
export type Apply = (payload: string) => void | Promise<void>;

/** Sender's reply channel, id, topic, payload. */
type Message = [sender: string, id: string, topic: string, payload: string];

/** PostgreSQL's limit for a notification payload, in bytes. */
const MESSAGE_LIMIT = 7_999;
/** Milliseconds that a publisher waits for confirmations: longer than a silent process trusts its state. */
const ANSWER_LIMIT = 2_000;
/** Maximum number of messages or answers per statement. */
const BATCH = 200;
const RETRY_PAUSE = 250;
const MESSAGES = 'gatehouse_bus';
const NOTIFY_AND_COUNT = `
  SELECT (SELECT count(pg_notify($1, message)) FROM unnest($2::text[]) AS message), ARRAY(
    SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = $3 AND pid <> pg_backend_pid()
  ) AS pids`;
/** Waits until the sessions have ended. Checks the name, since their process ids may have been reused. */
const END_SESSIONS = `
  SELECT pg_terminate_backend(pid, $3) FROM pg_stat_activity
  WHERE pid = ANY($1) AND datname = current_database() AND application_name = $2`;
const END_LIMIT = 1_000;

/**
 * Broadcasts messages to every process that shares the database, and confirms when all have applied them. State that
 * a process caches from the database (tokens, users, permissions) is therefore correct on the very next request,
 * without a query for each.
 *
 * Three rules guarantee this. A publisher waits until every listening process has answered. A process trusts its
 * cached state only while {@link connected}. When a publisher gives up waiting, the silent process has already
 * stopped trusting its state; its session is ended, so that nobody waits for it again, and it trusts nothing until it
 * has started a new session and invalidated its state.
 *
 * Two duties remain with the caller: publish after the commit, and do not store what was read before a message that
 * invalidates it.
 *
 * Requires a direct connection or a pooler in session mode: LISTEN does not work through a pooler in transaction
 * mode.
 */
export class ProcessBus {
  private readonly logger = new Logger(ProcessBus.name);
  private readonly id = randomUUID();
  private readonly answers = `gatehouse_bus_${this.id}`;
  private readonly subscribers = new Map<string, Apply[]>();
  private readonly hearers = new Map<string, (payload: string) => void>();
  private readonly gapListeners: (() => void)[] = [];
  private readonly pending = new PendingPublications(ANSWER_LIMIT);
  private readonly unsent = new Map<string, string[]>();
  private readonly connection: BusConnection;
  private readonly outbox: { id: string; message: string }[] = [];
  private sending = false;
  private lastMessage = 0;

  /** @param url URL of the data source */
  constructor(url: string) {
    this.connection = new BusConnection(url, [MESSAGES, this.answers], {
      connected: () => this.gap(),
      received: (notification) => this.receive(notification),
    });
  }

  /** Whether this process receives messages. While false, state that relies on the bus must not be trusted. */
  get connected(): boolean {
    return this.connection.fresh;
  }

  /** Connects. Resolves even when the database is unavailable, and keeps trying. */
  start(): Promise<void> {
    return this.connection.open();
  }

  /** Closes the connection and releases every caller that waits in {@link publish}. */
  async close(): Promise<void> {
    this.pending.settleAll();
    await this.connection.close();
  }

  /** Calls `apply` with every message of the topic, including this process's own; twice if a send is repeated. */
  subscribe(topic: string, apply: Apply): void {
    this.subscribers.set(topic, [...(this.subscribers.get(topic) ?? []), apply]);
  }

  /**
   * Calls `listener` whenever messages may have been missed: all state that relies on the bus must be invalidated.
   */
  onGap(listener: () => void): void {
    this.gapListeners.push(listener);
  }

  /**
   * Receives the plain notifications of a channel over the existing connection.
   * @param missed called when listening starts, and whenever notifications may have been missed
   */
  listen(channel: string, hear: (payload: string) => void, missed: () => void): void {
    this.hearers.set(channel, hear);
    this.onGap(missed);
    this.connection.listen(channel).then(missed, (error: Error) => {
      this.logger.warn(`"${channel}" will be listened to when the connection is back: ${error.message}`);
    });
  }

  /**
   * Applies a message here, then in every other process. Resolves when every live process has applied it; one that
   * does not confirm within two seconds counts as gone, with a warning. A message that cannot be sent is sent when
   * the database is available again.
   * @throws {RangeError} when topic and payload take more than about 7,900 bytes as JSON
   */
  async publish(topic: string, payload: string): Promise<void> {
    const id = String(++this.lastMessage);
    const message = JSON.stringify([this.answers, id, topic, payload] satisfies Message);
    const size = Buffer.byteLength(message);
    if (size > MESSAGE_LIMIT)
      throw new RangeError(`A message of ${size} bytes on the bus, of ${MESSAGE_LIMIT} allowed`);
    await this.apply(topic, payload);
    const answered = this.pending.add(id);
    this.outbox.push({ id, message });
    void this.send();
    const missing = await answered;
    if (missing === 'unsent') this.logger.warn(`A message on "${topic}" was not sent in ${ANSWER_LIMIT} ms`);
    else if (missing) await this.expel(missing, topic);
  }

  /** Ends the sessions of processes that are suspended or cut off, so that nobody waits for them again. */
  private async expel(sessions: readonly number[], topic: string): Promise<void> {
    this.logger.warn(
      `Sessions ${sessions.join(', ')} did not confirm a message on "${topic}" in ${ANSWER_LIMIT} ms and are being ended`,
    );
    try {
      await this.connection.query(END_SESSIONS, [sessions, BUS_NAME, END_LIMIT]);
      this.pending.dismiss(sessions);
    } catch (error) {
      this.logger.warn(`Sessions of other processes could not be ended: ${(error as Error).message}`);
    }
  }

  /** Sends queued messages in order, batched into one statement, and retries until it succeeds. */
  private async send(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    while (this.outbox.length > 0 && (await this.connection.up())) {
      const batch = this.outbox.slice(0, BATCH);
      const messages = batch.map(({ message }) => message);
      try {
        const [row] = await this.connection.query<{ pids: number[] }>(NOTIFY_AND_COUNT, [
          MESSAGES,
          messages,
          BUS_NAME,
        ]);
        this.outbox.splice(0, batch.length);
        for (const { id } of batch) this.pending.expect(id, row!.pids);
      } catch (error) {
        this.logger.warn(`A message was not sent and will be retried: ${(error as Error).message}`);
        await sleep(RETRY_PAUSE, undefined, { ref: false });
      }
    }
    this.sending = false;
  }

  private receive({ channel, payload = '', processId }: Notification): void {
    if (channel === this.answers) {
      for (const id of payload.split(',')) this.pending.answered(id, processId);
      return;
    }
    const hear = this.hearers.get(channel);
    if (hear) return hear(payload);
    const message = parse(payload);
    if (!message) return this.logger.warn('Ignored a notification that was not sent by a process bus');
    const [sender, id, topic, content] = message;
    if (sender !== this.answers) void this.apply(topic, content).then(() => this.answer(sender, id));
  }

  private async apply(topic: string, payload: string): Promise<void> {
    const results = (this.subscribers.get(topic) ?? []).map(async (apply) => apply(payload));
    for (const result of await Promise.allSettled(results)) {
      if (result.status === 'fulfilled') continue;
      this.logger.error(
        `A message on "${topic}" could not be applied, invalidating everything: ${String(result.reason)}`,
      );
      this.gap();
    }
  }

  private gap(): void {
    for (const listener of this.gapListeners) {
      try {
        listener();
      } catch (error) {
        this.logger.error(`A gap could not be handled: ${String(error)}`);
      }
    }
  }

  /** Batches answers that arrive together. */
  private answer(sender: string, id: string): void {
    const waiting = this.unsent.get(sender);
    if (waiting) waiting.push(id);
    else {
      this.unsent.set(sender, [id]);
      setImmediate(() => void this.sendAnswers(sender));
    }
  }

  private async sendAnswers(sender: string): Promise<void> {
    const ids = this.unsent.get(sender) ?? [];
    this.unsent.delete(sender);
    try {
      while (ids.length > 0) {
        await this.connection.query('SELECT pg_notify($1, $2)', [sender, ids.splice(0, BATCH).join(',')]);
      }
    } catch (error) {
      this.logger.debug(`A message could not be confirmed: ${(error as Error).message}`);
    }
  }
}

function parse(text: string): Message | undefined {
  try {
    const parts: unknown = JSON.parse(text);
    const valid =
      Array.isArray(parts) && parts.length === 4 && parts.every((part) => typeof part === 'string');
    return valid ? (parts as Message) : undefined;
  } catch {
    return undefined;
  }
}
