import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { PaymentCallback, ReceivedPayment } from '@gatehouse/payments';
import { AvailabilityNotices } from '../availability/availability-notices.js';
import { EXPIRE } from '../events/event-lock.js';
import { Ticket } from '../entities/ticket.entity.js';
import { hasNoPlace } from './ticket-writer.js';
import { TicketsService } from './tickets.service.js';

/** Confirms paid tickets. */
@Injectable()
export class TicketPayments implements PaymentCallback {
  constructor(
    private readonly tickets: TicketsService,
    private readonly notices: AvailabilityNotices,
  ) {}

  /** An expired ticket is confirmed if a place is still free; a cancelled one never is. */
  async paid({ reference }: ReceivedPayment, manager: EntityManager): Promise<'accepted' | 'refund'> {
    if (await this.tickets.confirm(reference, 'pending', manager)) return 'accepted';
    if (await this.confirmExpired(reference, manager)) return 'accepted';
    return 'refund';
  }

  private async confirmExpired(id: string, manager: EntityManager): Promise<boolean> {
    const ticket = await manager.findOneBy(Ticket, { id });
    if (!ticket) return false;
    try {
      const isConfirmed = await manager.transaction(async (savepoint) => {
        await savepoint.query(EXPIRE, [ticket.eventId, null]);
        return this.tickets.confirm(id, 'expired', savepoint);
      });
      // Before the commit of the payment: a feed that reads too early reads again soon.
      if (isConfirmed) this.notices.changed(ticket.eventId);
      return isConfirmed;
    } catch (error) {
      if (hasNoPlace(error)) return false;
      throw error;
    }
  }
}
