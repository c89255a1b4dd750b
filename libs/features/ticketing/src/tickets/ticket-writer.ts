import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Environment } from '@gatehouse/config';
import { type Checkout, Checkouts } from '@gatehouse/payments';
import type { TicketDto } from './dto/ticket.dto.js';
import type { Offer } from './offer.js';
import { type KeyedRequest, PurchaseKeys } from './purchase-keys.js';
import { TICKET_COLUMNS } from './ticket-columns.js';

/** What is to be sold to whom. */
export interface Order {
  offer: Offer;
  userId: string;
  /** Set when the client sent an `Idempotency-Key`. */
  request: KeyedRequest | undefined;
}

/** A ticket that was just made, and where to pay for it. */
export interface Sale {
  ticket: TicketDto;
  checkout?: Checkout;
}

/** $1: the tickets as a JSON array. */
const INSERT = `
  INSERT INTO ticketing_tickets
    (id, user_id, event_id, session_id, category_id, price_cents, currency, status, expires_at, secret)
  SELECT * FROM json_to_recordset($1::json) AS new (
    id uuid, user_id uuid, event_id uuid, session_id uuid, category_id uuid, price_cents integer, currency char(3),
    status varchar, expires_at timestamptz, secret varchar)
  RETURNING ${TICKET_COLUMNS}`;

const SECRET_BYTES = 32;

/** Writes tickets with their keys and checkouts, in a transaction of the caller's. */
@Injectable()
export class TicketWriter {
  constructor(
    private readonly environment: Environment,
    private readonly checkouts: Checkouts,
    private readonly keys: PurchaseKeys,
  ) {}

  /**
   * Locks nothing that others need for what they buy: the counters change in the COMMIT (see the migration), which
   * fails when one of them has no place left.
   *
   * @param orders no two of them with the same key
   * @returns a sale for each order, in their order; `undefined` when its key has just been used by somebody else
   */
  async write(orders: Order[], manager: EntityManager): Promise<(Sale | undefined)[]> {
    const drafts = orders.map((order) => ({ ...order, id: uuidv7() }));
    const taken = await this.keys.claim(drafts, manager);
    const good = drafts.filter(({ id }) => !taken.has(id));
    if (good.length === 0) return orders.map(() => undefined);
    const tickets = await this.insert(good, manager);
    const toPay = good.filter(({ offer }) => offer.priceCents > 0);
    const checkouts = await this.openCheckouts(toPay, tickets, manager);
    return drafts.map(({ id }) => {
      const ticket = tickets.get(id);
      return ticket && { ticket, checkout: checkouts.get(id) };
    });
  }

  private async insert(drafts: Draft[], manager: EntityManager): Promise<Map<string, TicketDto>> {
    const expiresAt = new Date(Date.now() + this.environment.TICKET_HOLD_MINUTES * 60_000);
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
    const tickets = await manager.query<TicketDto[]>(INSERT, [JSON.stringify(rows)]);
    return new Map(tickets.map((ticket) => [ticket.id, ticket]));
  }

  private async openCheckouts(
    drafts: Draft[],
    tickets: Map<string, TicketDto>,
    manager: EntityManager,
  ): Promise<Map<string, Checkout>> {
    if (drafts.length === 0) return new Map();
    const wanted = drafts.map(({ id, userId, offer: { priceCents, currency, description } }) => ({
      feature: 'ticketing',
      reference: id,
      userId,
      amountCents: priceCents,
      currency,
      description,
      expiresAt: tickets.get(id)!.expiresAt!,
    }));
    const checkouts = await this.checkouts.openAll(wanted, manager);
    return new Map(drafts.map(({ id }, i) => [id, checkouts[i]!]));
  }
}

type Draft = Order & { id: string };
