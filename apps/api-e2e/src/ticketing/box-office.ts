import { DatabaseClient } from '@gatehouse/database';
import { JOBS_SCHEMA } from '@gatehouse/jobs';
import { sandboxCall } from '@gatehouse/payments/testing';
import { countDeadlocks, findViolations, type Query } from '@gatehouse/ticketing/testing';
import pg from 'pg';
import { PgBoss } from 'pg-boss';
import { expect } from 'vitest';
import { WEBHOOK_SECRET } from '../support/api-process.js';
import type { Client, ClientAnswer } from '../support/client.js';

export const TICKETING = '/api/v1/ticketing';
export const PRICE = 1500;

/** A category and one of its sessions. */
export interface Offer {
  categoryId: string;
  sessionId: string;
}

/** An event with two sessions and two categories, one of them free. */
export interface OnSale {
  eventId: string;
  sessionIds: string[];
  categoryIds: string[];
  /** Every combination of category and session. */
  offers: Offer[];
}

export interface TicketRow {
  id: string;
  user_id: string;
  status: string;
  price_cents: number;
}

/** Sells tickets through running processes and inspects their database. */
export class BoxOffice {
  private made = 0;

  private constructor(
    private readonly database: pg.Pool,
    private readonly boss: PgBoss,
  ) {}

  static open(databaseUrl: string): BoxOffice {
    const database = new pg.Pool({ connectionString: databaseUrl, max: 4, Client: DatabaseClient as never });
    // The next statement reports it as well.
    database.on('error', () => undefined);
    const executeSql = (sql: string, values?: unknown[]) => database.query(sql, values);
    const boss = new PgBoss({ db: { executeSql }, schema: JOBS_SCHEMA, migrate: false });
    return new BoxOffice(database, boss);
  }

  close(): Promise<void> {
    return this.database.end();
  }

  readonly query: Query = async (sql, parameters) => (await this.database.query(sql, parameters)).rows;

  /**
   * Creates an open event with two sessions and two categories.
   * @param places places of the event; each session and category has half of them, and each user may have two
   */
  async putOnSale(client: Client, token: string, places: number): Promise<OnSale> {
    const post = async (path: string, body: object): Promise<string> => {
      const answer = await client.send('POST', `${TICKETING}/${path}`, { token, body });
      expect(answer.status).toBe(201);
      return answer.body.id;
    };
    const name = `Event ${++this.made}`;
    const openDate = new Date(Date.now() - 60_000).toISOString();
    const organiserId = await post('organisers', { name });
    const eventId = await post('events', { organiserId, name, openDate, quota: places, userQuota: 2 });
    const half = { eventId, quota: places / 2, userQuota: 1 };
    const sessionIds: string[] = [];
    const categoryIds: string[] = [];
    for (const n of [0, 1]) {
      sessionIds.push(await post('sessions', { ...half, name: `Session ${n}`, date: openDate }));
      const price = { priceCents: n * PRICE, currency: 'EUR' };
      categoryIds.push(await post('categories', { ...half, ...price, name: `Category ${n}` }));
    }
    const offers = sessionIds.flatMap((sessionId) =>
      categoryIds.map((categoryId) => ({ sessionId, categoryId })),
    );
    return { eventId, sessionIds, categoryIds, offers };
  }

  /** Violated invariants of the event. */
  violations({ eventId }: OnSale): Promise<unknown[]> {
    return findViolations(this.query, eventId);
  }

  deadlocks(): Promise<number> {
    return countDeadlocks(this.query);
  }

  async ticketsOf({ eventId }: OnSale): Promise<TicketRow[]> {
    return (await this.query('SELECT * FROM ticketing_tickets WHERE event_id = $1', [
      eventId,
    ])) as TicketRow[];
  }

  /** Used places of the event, by its counter. */
  async used({ eventId }: OnSale): Promise<number> {
    const rows = await this.query('SELECT used_quota FROM ticketing_events WHERE id = $1', [eventId]);
    return (rows[0] as { used_quota: number }).used_quota;
  }

  /** Makes the tickets overdue. */
  async letExpire(ticketIds: readonly string[]): Promise<void> {
    const late = `UPDATE ticketing_tickets SET expires_at = now() - interval '1 second' WHERE id = ANY($1)`;
    await this.query(late, [ticketIds]);
  }

  /** Enqueues the job that otherwise runs every minute. */
  async askForExpiry(): Promise<void> {
    await this.boss.send('ticketing.expire-tickets', {});
  }

  /** Waits until a process has expired all overdue tickets. */
  async hasExpired(): Promise<void> {
    await this.askForExpiry();
    const due = `SELECT 1 FROM ticketing_tickets WHERE status = 'pending' AND expires_at <= now()`;
    await expect.poll(async () => (await this.query(due)).length, { timeout: 90_000 }).toBe(0);
  }
}

/** Reports a payment like the sandbox. Repeated calls with the same id report the same payment. */
export function payAt(client: Client, checkoutUrl: string, paymentId: string): Promise<ClientAnswer> {
  const checkoutId = checkoutUrl.split('/').at(-1)!;
  const { raw, headers } = sandboxCall({ checkoutId, amountCents: PRICE, paymentId }, WEBHOOK_SECRET);
  return client.send('POST', '/api/v1/payments/webhook', { raw, headers });
}
