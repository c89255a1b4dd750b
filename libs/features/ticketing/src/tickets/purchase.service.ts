import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { foreignKeyViolation, isSerializationFailure } from '@gatehouse/database';
import { ForbiddenProblem, NotFoundProblem, type Principal, UnavailableProblem } from '@gatehouse/http';
import { Checkouts } from '@gatehouse/payments';
import { AvailabilityNotices } from '../availability/availability-notices.js';
import { mayManage } from '../organisers/authority.js';
import { BoughtTicketDto, CreateTicketDto } from './ticket.dto.js';
import { hasNoPlace } from './no-place.js';
import { findOffer, type Offer } from './offer.js';
import { type KeyedRequest, PurchaseKeys } from './purchase-keys.js';
import { requireOnSale, requirePlace } from './purchase-rules.js';
import { TicketSales } from './ticket-sales.js';
import type { Sale } from './ticket-writer.js';
import { TicketsRepository } from './tickets.repository.js';
import { TicketingSettings } from '../ticketing.settings.js';

/** A place that is gone and back at each attempt: the buyer may as well ask again. */
const ATTEMPTS = 5;
/** Milliseconds, times the attempts before: whoever is giving back what has expired gets the time to commit. */
const PAUSE = 10;

@Injectable()
export class PurchaseService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly settings: TicketingSettings,
    private readonly keys: PurchaseKeys,
    private readonly sales: TicketSales,
    private readonly tickets: TicketsRepository,
    private readonly checkouts: Checkouts,
    private readonly notices: AvailabilityNotices,
  ) {}

  /**
   * Sells a ticket.
   *
   * @param key with the same one, and the same wish, there is one ticket however often it is asked for
   * @throws {Problem} that the contract names first of those that apply
   */
  async buy(wish: CreateTicketDto, caller: Principal, key: string | undefined): Promise<BoughtTicketDto> {
    const userId = wish.userId ?? caller.id;
    const request = key === undefined ? undefined : { ...wish, callerId: caller.id, userId, key };
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      // The key after the offer: what a purchase with the same key has used up is no reason to refuse this one.
      const offer = await findOffer(this.dataSource, wish.categoryId, wish.sessionId, userId);
      const known = request && (await this.keys.ticketOf(request));
      if (known) return this.boughtBefore(known);
      await this.requireRules(offer, userId, caller);
      const sale = await this.attempt(offer, userId, request);
      if (sale) {
        this.notices.changed(offer.eventId);
        const { ticket, checkout } = sale;
        return { ...ticket, ...(checkout && { checkout: { url: checkout.url } }) };
      }
      if (offer.hasExpired) await sleep(attempt * PAUSE);
    }
    throw new UnavailableProblem('Too many buyers at once', 1);
  }

  private async requireRules(offer: Offer, userId: string, caller: Principal): Promise<void> {
    requireOnSale(offer);
    if (userId !== caller.id && !(await mayManage(caller, offer.organiserId, this.dataSource.manager)))
      throw new ForbiddenProblem('Users can only create tickets for themselves');
    requirePlace(offer, this.settings.TICKET_MAX_UNPAID);
  }

  /** @returns `undefined` when it has to be looked at again: a place was lost to others, the key, or a deadlock */
  private async attempt(
    offer: Offer,
    userId: string,
    request: KeyedRequest | undefined,
  ): Promise<Sale | undefined> {
    try {
      return await this.sales.sell({ offer, userId, request });
    } catch (error) {
      if (hasNoPlace(error) || isSerializationFailure(error)) return undefined;
      const missing = foreignKeyViolation(error);
      if (missing === 'ticketing_tickets_user_id_fkey') throw new NotFoundProblem(`User ${userId} not found`);
      if (missing === 'ticketing_purchase_keys_user_id_fkey')
        throw new NotFoundProblem(`User ${request!.callerId} not found`);
      throw error;
    }
  }

  private async boughtBefore(ticketId: string): Promise<BoughtTicketDto> {
    const ticket = await this.tickets.get(ticketId);
    if (ticket.status !== 'pending') return ticket;
    const checkout = await this.checkouts.find('ticketing', ticketId);
    return { ...ticket, ...(checkout && { checkout: { url: checkout.url } }) };
  }
}
