import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { foreignKeyViolation, isSerializationFailure } from '@gatehouse/database';
import { ForbiddenProblem, NotFoundProblem, type Principal, UnavailableProblem } from '@gatehouse/http';
import { Checkouts } from '@gatehouse/payments';
import { AvailabilityNotices } from '../availability/availability-notices.js';
import { mayManage } from '../organisers/authority.js';
import { BoughtTicketDto, CreateTicketDto } from './ticket.dto.js';
import { findOffer, type Offer } from './offer.js';
import { type KeyedRequest, PurchaseKeys } from './purchase-keys.js';
import { requireOnSale, requirePlace } from './purchase-rules.js';
import { TicketSales } from './ticket-sales.js';
import { hasNoPlace, type Sale } from './ticket-writer.js';
import { TicketsService } from './tickets.service.js';
import { TicketingSettings } from '../ticketing.settings.js';

/** After this many lost races for a place, the buyer is asked to retry. */
const ATTEMPTS = 5;
/** Milliseconds per attempt so far: time for the transaction that releases expired places to commit. */
const PAUSE = 10;

@Injectable()
export class PurchaseService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly settings: TicketingSettings,
    private readonly keys: PurchaseKeys,
    private readonly sales: TicketSales,
    private readonly tickets: TicketsService,
    private readonly checkouts: Checkouts,
    private readonly notices: AvailabilityNotices,
  ) {}

  /**
   * Sells a ticket.
   * @param key repeated requests with the same key and body create one ticket
   * @throws {Problem} the first that applies, in the order on which clients rely
   */
  async buy(dto: CreateTicketDto, caller: Principal, key: string | undefined): Promise<BoughtTicketDto> {
    const userId = dto.userId ?? caller.id;
    const request = key === undefined ? undefined : { ...dto, callerId: caller.id, userId, key };
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      // The key is read after the offer: places used by a purchase with the same key must not refuse this one.
      const offer = await findOffer(this.dataSource, dto.categoryId, dto.sessionId, userId);
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

  /**
   * @returns `undefined` when the offer must be read again: the place or the key was taken, or a deadlock occurred
   */
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
    const ticket = await this.tickets.find(ticketId);
    if (ticket.status !== 'pending') return ticket;
    const checkout = await this.checkouts.find('ticketing', ticketId);
    return { ...ticket, ...(checkout && { checkout: { url: checkout.url } }) };
  }
}
