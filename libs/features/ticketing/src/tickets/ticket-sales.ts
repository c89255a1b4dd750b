import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Environment } from '@gatehouse/config';
import { type Checkout, Checkouts } from '@gatehouse/payments';
import type { TicketDto } from './dto/ticket.dto.js';
import type { Offer } from './offer.js';
import { type KeyedRequest, PurchaseKeys } from './purchase-keys.js';
import { TICKET_COLUMNS } from './ticket-columns.js';

/** A ticket that was just made, and where to pay for it. */
export interface Sale {
  ticket: TicketDto;
  checkout?: Checkout;
}

const INSERT = `
  INSERT INTO ticketing_tickets
    (id, user_id, event_id, session_id, category_id, price_cents, currency, status, expires_at, secret)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
  RETURNING ${TICKET_COLUMNS}`;

const SECRET_BYTES = 32;

/**
 * Makes tickets. Nothing here locks what others buy: the counters change in the COMMIT (see the migration), which fails
 * when one of them has no place left, and then nothing has happened.
 */
@Injectable()
export class TicketSales {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly environment: Environment,
    private readonly checkouts: Checkouts,
    private readonly keys: PurchaseKeys,
  ) {}

  /**
   * @param request set when the client sent an `Idempotency-Key`
   * @returns `undefined` when the key has just been used by somebody else
   * @throws what {@link hasNoPlace} knows when there is no place
   */
  async sell(offer: Offer, userId: string, request: KeyedRequest | undefined): Promise<Sale | undefined> {
    const id = uuidv7();
    const isFree = offer.priceCents === 0;
    // A single statement is a transaction of its own, and saves two round trips.
    if (isFree && !request) return { ticket: await this.insert(id, offer, userId, this.dataSource.manager) };
    return this.dataSource.transaction(async (manager) => {
      if (request && !(await this.keys.claim(request, id, manager))) return undefined;
      const ticket = await this.insert(id, offer, userId, manager);
      if (isFree) return { ticket };
      return { ticket, checkout: await this.openCheckout(ticket, offer, userId, manager) };
    });
  }

  private async insert(id: string, offer: Offer, userId: string, manager: EntityManager): Promise<TicketDto> {
    const { eventId, sessionId, categoryId, priceCents, currency } = offer;
    const isFree = priceCents === 0;
    const [ticket] = await manager.query<[TicketDto]>(INSERT, [
      id,
      userId,
      eventId,
      sessionId,
      categoryId,
      priceCents,
      currency,
      isFree ? 'confirmed' : 'pending',
      isFree ? null : new Date(Date.now() + this.environment.TICKET_HOLD_MINUTES * 60_000),
      randomBytes(SECRET_BYTES).toString('base64url'),
    ]);
    return ticket;
  }

  private openCheckout(
    { id, priceCents, currency, expiresAt }: TicketDto,
    { description }: Offer,
    userId: string,
    manager: EntityManager,
  ): Promise<Checkout> {
    return this.checkouts.open(
      {
        feature: 'ticketing',
        reference: id,
        userId,
        amountCents: priceCents,
        currency,
        description,
        expiresAt: expiresAt!,
      },
      manager,
    );
  }
}
