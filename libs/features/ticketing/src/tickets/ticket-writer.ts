import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { checkViolation, foreignKeyViolation, type Statement, transactAtOnce } from '@gatehouse/database';
import { type OpenedCheckout, Checkouts } from '@gatehouse/payments';
import type { TicketDto } from './ticket.dto.js';
import { EXPIRE } from '../events/event-lock.js';
import type { Offer } from './offer.js';
import { type KeyedRequest, PurchaseKeys } from './purchase-keys.js';
import { TICKET_COLUMNS } from './tickets.service.js';
import { TicketingSettings } from '../ticketing.settings.js';

/** A ticket to sell, and its buyer. */
export interface Order {
  offer: Offer;
  userId: string;
  /** Set when the client sent an `Idempotency-Key`. */
  request: KeyedRequest | undefined;
}

/** A new ticket, and its checkout. */
export interface Sale {
  ticket: TicketDto;
  checkout?: OpenedCheckout;
}

/** Sets the limit of unpaid tickets that the trigger enforces in this transaction. */
const LIMIT_UNPAID = `SELECT set_config('ticketing.max_unpaid', $1, true)`;

/** $1: the tickets as a JSON array. */
const INSERT = `
  INSERT INTO ticketing_tickets
    (id, user_id, event_id, session_id, category_id, price_cents, currency, status, expires_at, secret)
  SELECT * FROM json_to_recordset($1::json) AS new (
    id uuid, user_id uuid, event_id uuid, session_id uuid, category_id uuid, price_cents integer, currency char(3),
    status varchar, expires_at timestamptz, secret varchar)
  RETURNING ${TICKET_COLUMNS}`;

const SECRET_BYTES = 32;

/** Whether the trigger on tickets has refused a ticket: a counter had no place left, or its row was deleted. */
export function hasNoPlace(error: unknown): boolean {
  const broken = checkViolation(error) ?? foreignKeyViolation(error) ?? '';
  return (
    broken === 'ticketing_no_place' || /^ticketing_tickets_(event|session|category)_id_fkey$/.test(broken)
  );
}

/** Inserts tickets with their keys and checkouts, in one transaction. */
@Injectable()
export class TicketWriter {
  constructor(
    private readonly dataSource: DataSource,
    private readonly settings: TicketingSettings,
    private readonly checkouts: Checkouts,
    private readonly keys: PurchaseKeys,
  ) {}

  /**
   * Sells all orders or none. The trigger on the tickets changes the counters, and fails when a quota is exhausted.
   * @param orders orders for one event, with different keys
   * @returns a sale for each order, in the same order
   * @throws errors for which {@link hasNoPlace} or {@link isKeyTaken} returns true, or other errors of the database
   */
  async write(orders: Order[]): Promise<Sale[]> {
    const expiresAt = new Date(Date.now() + this.settings.TICKET_HOLD_MINUTES * 60_000);
    const drafts = orders.map((order) => ({ ...order, id: uuidv7() }));
    const toPay = drafts.filter(({ offer }) => offer.priceCents > 0);
    const opening = toPay.length > 0 ? this.openStatement(toPay, expiresAt) : undefined;
    const claims = this.keys.claimStatements(drafts);
    const before: Statement[] = [
      ...claims,
      ...(orders.some(({ offer }) => offer.hasExpired)
        ? [{ text: EXPIRE, values: [orders[0]!.offer.eventId, null] }]
        : []),
      ...(opening ? [{ text: LIMIT_UNPAID, values: [String(this.settings.TICKET_MAX_UNPAID)] }] : []),
    ];
    const answers = await transactAtOnce(this.dataSource, [
      ...before,
      insertStatement(drafts, expiresAt),
      ...(opening ? [opening.statement] : []),
    ]);
    const tickets = new Map((answers[before.length] as TicketDto[]).map((ticket) => [ticket.id, ticket]));
    return drafts.map(({ id }) => ({ ticket: tickets.get(id)!, checkout: opening?.checkouts.get(id) }));
  }

  private openStatement(
    drafts: Draft[],
    expiresAt: Date,
  ): { statement: Statement; checkouts: Map<string, OpenedCheckout> } {
    const { statement, checkouts } = this.checkouts.openStatement(
      drafts.map(({ id, userId, offer: { priceCents, currency, description } }) => ({
        feature: 'ticketing',
        reference: id,
        userId,
        amountCents: priceCents,
        currency,
        description,
        expiresAt,
      })),
    );
    return { statement, checkouts: new Map(drafts.map(({ id }, i) => [id, checkouts[i]!])) };
  }
}

type Draft = Order & { id: string };

function insertStatement(drafts: Draft[], expiresAt: Date): Statement {
  const rows = drafts.map(({ id, userId, offer }) => ({
    id,
    user_id: userId,
    event_id: offer.eventId,
    session_id: offer.sessionId,
    category_id: offer.categoryId,
    price_cents: offer.priceCents,
    currency: offer.currency,
    status: offer.priceCents === 0 ? 'confirmed' : 'pending',
    expires_at: offer.priceCents === 0 ? null : expiresAt,
    secret: randomBytes(SECRET_BYTES).toString('base64url'),
  }));
  return { text: INSERT, values: [JSON.stringify(rows)] };
}
