import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, EntityManager } from 'typeorm';
import { TicketedEvent } from '../events/event.entity.js';
import { found } from '../not-found.js';
import type { TicketDto } from './dto/ticket.dto.js';
import { TICKET_COLUMNS } from './ticket-columns.js';
import { Ticket } from './ticket.entity.js';

/** The statements on single tickets. Each change of a status names the status before, so of several one wins. */
@Injectable()
export class TicketsRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** @throws {NotFoundProblem} */
  async get(id: string): Promise<TicketDto> {
    return found(await this.dataSource.manager.findOneBy(Ticket, { id }), 'Ticket');
  }

  /** Who sells the ticket. */
  async organiserOf({ eventId }: Pick<TicketDto, 'eventId'>): Promise<string> {
    const event = await this.dataSource.manager.findOneBy(TicketedEvent, { id: eventId });
    return found(event, 'Event').organiserId;
  }

  async secretOf(id: string): Promise<string> {
    const ticket = await this.dataSource.manager.findOne(Ticket, { select: { secret: true }, where: { id } });
    return found(ticket, 'Ticket').secret;
  }

  /** @returns the cancelled ticket; `undefined` when it was not one that holds a place unscanned */
  async cancel(id: string, manager: EntityManager): Promise<TicketDto | undefined> {
    const [[ticket]] = await manager.query<[TicketDto[], number]>(
      `UPDATE ticketing_tickets SET status = 'cancelled'
       WHERE id = $1 AND status IN ('pending', 'confirmed') AND scan_count = 0 RETURNING ${TICKET_COLUMNS}`,
      [id],
    );
    return ticket;
  }

  /** @returns the scanned ticket; `undefined` when it was not confirmed or had been scanned */
  async scan(id: string, scannedBy: string): Promise<TicketDto | undefined> {
    const [[ticket]] = await this.dataSource.query<[TicketDto[], number]>(
      `UPDATE ticketing_tickets SET scan_count = 1, scanned_at = now(), scanned_by = $2
       WHERE id = $1 AND status = 'confirmed' AND scan_count = 0 RETURNING ${TICKET_COLUMNS}`,
      [id, scannedBy],
    );
    return ticket;
  }

  /** @returns whether the ticket was in that status and is confirmed now */
  async confirm(id: string, from: 'pending' | 'expired', manager: EntityManager): Promise<boolean> {
    const [, count] = await manager.query<[unknown[], number]>(
      `UPDATE ticketing_tickets SET status = 'confirmed' WHERE id = $1 AND status = $2`,
      [id, from],
    );
    return count > 0;
  }
}
