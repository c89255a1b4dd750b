import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { toBuffer } from 'qrcode';
import type { Repository } from 'typeorm';
import {
  BusinessRuleProblem,
  ConflictProblem,
  ForbiddenProblem,
  found,
  NotFoundProblem,
  type Principal,
} from '@gatehouse/http';
import { type CursorPageOf, Listings, type PageOf } from '@gatehouse/listing';
import { Checkouts } from '@gatehouse/payments';
import { AvailabilityNotices } from '../availability/availability-notices.js';
import { EventSession } from '../entities/event-session.entity.js';
import { TicketedEvent } from '../entities/event.entity.js';
import { TicketCategory } from '../entities/ticket-category.entity.js';
import { asOf, Ticket } from '../entities/ticket.entity.js';
import { mayManage, mayScan, requireManager } from '../organisers/authority.js';
import { type ListTicketsQuery, type TicketDto, type TicketSecretDto, ticketsListing } from './ticket.dto.js';
import { TicketsRepository } from './tickets.repository.js';

type TicketPage = PageOf<Ticket> | CursorPageOf<Ticket>;
type Owner = 'userId' | 'eventId' | 'sessionId' | 'categoryId';

/** The status as shown by {@link asOf}. */
const STATUS = `CASE WHEN ticket.status = 'pending' AND ticket.expiresAt <= :now THEN 'expired' ELSE ticket.status END`;

const NOT_PAID = 'Ticket has invalid status for scanning, probably not paid yet.';

@Injectable()
export class TicketsService {
  constructor(
    @InjectRepository(Ticket) private readonly rows: Repository<Ticket>,
    private readonly tickets: TicketsRepository,
    private readonly checkouts: Checkouts,
    private readonly notices: AvailabilityNotices,
    private readonly listings: Listings,
  ) {}

  listOfUser(userId: string, query: ListTicketsQuery): Promise<TicketPage> {
    return this.list('userId', userId, query);
  }

  async listOfEvent(id: string, query: ListTicketsQuery, caller: Principal): Promise<TicketPage> {
    await this.requireManager(id, caller);
    return this.list('eventId', id, query);
  }

  async listOfSession(id: string, query: ListTicketsQuery, caller: Principal): Promise<TicketPage> {
    const session = await this.rows.manager.findOneBy(EventSession, { id });
    await this.requireManager(found(session, 'Session').eventId, caller);
    return this.list('sessionId', id, query);
  }

  async listOfCategory(id: string, query: ListTicketsQuery, caller: Principal): Promise<TicketPage> {
    const category = await this.rows.manager.findOneBy(TicketCategory, { id });
    await this.requireManager(found(category, 'Category').eventId, caller);
    return this.list('categoryId', id, query);
  }

  /** @throws {NotFoundProblem} also for callers who are not owner, scanner or administrator */
  async get(id: string, caller: Principal): Promise<TicketDto> {
    const ticket = await this.tickets.get(id);
    const maySee =
      ticket.userId === caller.id ||
      (await mayScan(caller, await this.tickets.organiserOf(ticket), this.rows.manager));
    if (!maySee) throw new NotFoundProblem('Ticket not found');
    return ticket;
  }

  /** @throws {NotFoundProblem} also for callers who are not the owner */
  async secret(id: string, caller: Principal): Promise<TicketSecretDto> {
    const { userId } = await this.tickets.get(id);
    if (userId !== caller.id) throw new NotFoundProblem('Ticket not found');
    return { ticketId: id, secret: await this.tickets.secretOf(id) };
  }

  /** A PNG of the text `ticketId.secret`. Otherwise like {@link secret}. */
  async qr(id: string, caller: Principal): Promise<Buffer> {
    const { secret } = await this.secret(id, caller);
    return toBuffer(`${id}.${secret}`, { type: 'png' });
  }

  /**
   * Releases the place and refunds its payment, exactly once.
   * @throws {NotFoundProblem} also for callers who are not owner or manager
   * @throws {BusinessRuleProblem} when it no longer holds a place, or was scanned
   */
  async cancel(id: string, caller: Principal): Promise<TicketDto> {
    const ticket = await this.tickets.get(id);
    const mayCancel =
      ticket.userId === caller.id ||
      (await mayManage(caller, await this.tickets.organiserOf(ticket), this.rows.manager));
    if (!mayCancel) throw new NotFoundProblem('Ticket not found');
    let cancelled = await this.cancelNow(id);
    while (!cancelled) {
      const now = await this.tickets.get(id);
      if (!mayBeCancelled(now)) throw new BusinessRuleProblem(whyNotCancelled(now));
      // It had expired a moment ago, and a late payment has revived it.
      cancelled = await this.cancelNow(id);
    }
    this.notices.changed(cancelled.eventId);
    return cancelled;
  }

  /**
   * Lets the holder of a confirmed ticket in, once.
   *
   * @throws {NotFoundProblem} when there is no such ticket with such a secret
   * @throws {ForbiddenProblem} unless the caller scans for its organiser
   * @throws {ConflictProblem} the second time
   */
  async scan(id: string, secret: string, caller: Principal): Promise<TicketDto> {
    const organiserId = await this.tickets.organiserOf(await this.tickets.get(id));
    if (!(await mayScan(caller, organiserId, this.rows.manager))) throw new ForbiddenProblem();
    if (!isSame(secret, await this.tickets.secretOf(id))) throw new NotFoundProblem('Ticket not found');
    let scanned = await this.tickets.scan(id, caller.id);
    while (!scanned) {
      const { status, scanCount } = await this.tickets.get(id);
      if (status !== 'confirmed') throw new BusinessRuleProblem(NOT_PAID);
      if (scanCount > 0) throw new ConflictProblem('Ticket has already been scanned');
      // It was paid a moment ago.
      scanned = await this.tickets.scan(id, caller.id);
    }
    return scanned;
  }

  private async requireManager(eventId: string, caller: Principal): Promise<void> {
    const { manager } = this.rows;
    const event = found(await manager.findOneBy(TicketedEvent, { id: eventId }), 'Event');
    await requireManager(caller, event.organiserId, manager);
  }

  private async list(owner: Owner, id: string, query: ListTicketsQuery): Promise<TicketPage> {
    const rows = this.rows.createQueryBuilder('ticket').where(`ticket.${owner} = :id`, { id });
    const now = new Date();
    if (query.status !== undefined) rows.andWhere(`${STATUS} = :status`, { status: query.status, now });
    const page = await this.listings.list(rows, query, ticketsListing);
    return { ...page, items: page.items.map((ticket) => asOf(now, ticket)) };
  }

  private async cancelNow(id: string): Promise<TicketDto | undefined> {
    return this.tickets.cancel(id, await this.checkouts.refundStatements('ticketing', id));
  }
}

function mayBeCancelled({ status, scanCount }: TicketDto): boolean {
  return status === 'pending' || (status === 'confirmed' && scanCount === 0);
}

function whyNotCancelled({ status }: TicketDto): string {
  if (status === 'expired') return 'Ticket has expired';
  return status === 'confirmed' ? 'Cannot update a confirmed ticket' : 'Ticket is already cancelled';
}

function isSame(given: string, secret: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(secret)];
  return a.length === b.length && timingSafeEqual(a, b);
}
