import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { EntityManager, Repository } from 'typeorm';
import { notNullViolation, type Statement, transactAtOnce } from '@gatehouse/database';
import { found } from '@gatehouse/http';
import { TicketedEvent } from '../entities/event.entity.js';
import type { TicketDto } from './ticket.dto.js';
import { asOf, Ticket } from '../entities/ticket.entity.js';

/** Columns of a ticket with the names of the API, without its secret. */
export const TICKET_COLUMNS = `
  id, user_id AS "userId", event_id AS "eventId", session_id AS "sessionId", category_id AS "categoryId",
  price_cents AS "priceCents", currency, status, expires_at AS "expiresAt", scan_count AS "scanCount",
  scanned_at AS "scannedAt", scanned_by AS "scannedBy", created_at AS "createdAt"`;

/**
 * A ticket that must not be cancelled would get a null status, which the table refuses together with the rest of the
 * transaction.
 */
const CANCEL = `
  UPDATE ticketing_tickets
  SET status = CASE
    WHEN status = 'pending' AND expires_at > $2 OR status = 'confirmed' AND scan_count = 0 THEN 'cancelled' END
  WHERE id = $1 RETURNING ${TICKET_COLUMNS}`;

/**
 * Statements on single tickets. Each status change requires the previous status, so that only one of several
 * concurrent changes succeeds.
 */
@Injectable()
export class TicketsRepository {
  constructor(@InjectRepository(Ticket) private readonly tickets: Repository<Ticket>) {}

  async get(id: string): Promise<TicketDto> {
    return asOf(new Date(), found(await this.tickets.findOneBy({ id }), 'Ticket'));
  }

  /** The organiser that sells the ticket. */
  async organiserOf({ eventId }: Pick<TicketDto, 'eventId'>): Promise<string> {
    const event = await this.tickets.manager.findOneBy(TicketedEvent, { id: eventId });
    return found(event, 'Event').organiserId;
  }

  async secretOf(id: string): Promise<string> {
    const ticket = await this.tickets.findOne({ select: { secret: true }, where: { id } });
    return found(ticket, 'Ticket').secret;
  }

  /**
   * Cancels a ticket, and runs `also` in the same batched transaction.
   * @returns the cancelled ticket; `undefined` when it holds no place or has been scanned, and nothing was changed
   */
  async cancel(id: string, also: Statement[]): Promise<TicketDto | undefined> {
    try {
      const [[ticket]] = (await transactAtOnce(this.tickets.manager.dataSource, [
        { text: CANCEL, values: [id, new Date()] },
        ...also,
      ])) as [[TicketDto]];
      return ticket;
    } catch (error) {
      if (notNullViolation(error) === 'ticketing_tickets.status') return undefined;
      throw error;
    }
  }

  /** @returns the scanned ticket; `undefined` when it was not confirmed or had already been scanned */
  async scan(id: string, scannedBy: string): Promise<TicketDto | undefined> {
    const { affected } = await this.tickets.update(
      { id, status: 'confirmed', scanCount: 0 },
      { scanCount: 1, scannedAt: () => 'now()', scannedBy },
    );
    return affected ? this.get(id) : undefined;
  }

  /** @returns whether the ticket had that status and is now confirmed */
  async confirm(id: string, from: 'pending' | 'expired', manager: EntityManager): Promise<boolean> {
    const { affected } = await manager.update(Ticket, { id, status: from }, { status: 'confirmed' });
    return affected === 1;
  }
}
