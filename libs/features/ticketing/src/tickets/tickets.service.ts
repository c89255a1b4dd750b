import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { toBuffer } from 'qrcode';
import type { EntityManager, Repository } from 'typeorm';
import { notNullViolation, transactAtOnce } from '@gatehouse/database';
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

type TicketPage = PageOf<Ticket> | CursorPageOf<Ticket>;
type Owner = 'userId' | 'eventId' | 'sessionId' | 'categoryId';

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

/** The status as shown by {@link asOf}. */
const STATUS = `CASE WHEN ticket.status = 'pending' AND ticket.expiresAt <= :now THEN 'expired' ELSE ticket.status END`;

const NOT_PAID = 'Ticket has invalid status for scanning, probably not paid yet.';

/**
 * Each change of a status requires the previous one, so that only one of several concurrent changes succeeds.
 */
@Injectable()
export class TicketsService {
  constructor(
    @InjectRepository(Ticket) private readonly tickets: Repository<Ticket>,
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
    const session = await this.tickets.manager.findOneBy(EventSession, { id });
    await this.requireManager(found(session, 'Session').eventId, caller);
    return this.list('sessionId', id, query);
  }

  async listOfCategory(id: string, query: ListTicketsQuery, caller: Principal): Promise<TicketPage> {
    const category = await this.tickets.manager.findOneBy(TicketCategory, { id });
    await this.requireManager(found(category, 'Category').eventId, caller);
    return this.list('categoryId', id, query);
  }

  /** Does not check whether anybody may see the ticket. */
  async find(id: string): Promise<TicketDto> {
    return asOf(new Date(), found(await this.tickets.findOneBy({ id }), 'Ticket'));
  }

  /** @throws {NotFoundProblem} also for callers who are not owner, scanner or administrator */
  async get(id: string, caller: Principal): Promise<TicketDto> {
    const ticket = await this.find(id);
    const maySee =
      ticket.userId === caller.id ||
      (await mayScan(caller, await this.organiserOf(ticket), this.tickets.manager));
    if (!maySee) throw new NotFoundProblem('Ticket not found');
    return ticket;
  }

  /** @throws {NotFoundProblem} also for callers who are not the owner */
  async secret(id: string, caller: Principal): Promise<TicketSecretDto> {
    const { userId } = await this.find(id);
    if (userId !== caller.id) throw new NotFoundProblem('Ticket not found');
    return { ticketId: id, secret: await this.secretOf(id) };
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
    const ticket = await this.find(id);
    const mayCancel =
      ticket.userId === caller.id ||
      (await mayManage(caller, await this.organiserOf(ticket), this.tickets.manager));
    if (!mayCancel) throw new NotFoundProblem('Ticket not found');
    let cancelled = await this.tryCancel(id);
    while (!cancelled) {
      const now = await this.find(id);
      if (!mayBeCancelled(now)) throw new BusinessRuleProblem(whyNotCancelled(now));
      // It had expired a moment ago, and a late payment has revived it.
      cancelled = await this.tryCancel(id);
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
    const organiserId = await this.organiserOf(await this.find(id));
    if (!(await mayScan(caller, organiserId, this.tickets.manager))) throw new ForbiddenProblem();
    if (!isSame(secret, await this.secretOf(id))) throw new NotFoundProblem('Ticket not found');
    let scanned = await this.tryScan(id, caller.id);
    while (!scanned) {
      const { status, scanCount } = await this.find(id);
      if (status !== 'confirmed') throw new BusinessRuleProblem(NOT_PAID);
      if (scanCount > 0) throw new ConflictProblem('Ticket has already been scanned');
      // It was paid a moment ago.
      scanned = await this.tryScan(id, caller.id);
    }
    return scanned;
  }

  /** @returns whether the ticket had that status and is now confirmed */
  async confirm(id: string, from: 'pending' | 'expired', manager: EntityManager): Promise<boolean> {
    const { affected } = await manager.update(Ticket, { id, status: from }, { status: 'confirmed' });
    return affected === 1;
  }

  private async requireManager(eventId: string, caller: Principal): Promise<void> {
    await requireManager(caller, await this.organiserOf({ eventId }), this.tickets.manager);
  }

  private async list(owner: Owner, id: string, query: ListTicketsQuery): Promise<TicketPage> {
    const rows = this.tickets.createQueryBuilder('ticket').where(`ticket.${owner} = :id`, { id });
    const now = new Date();
    if (query.status !== undefined) rows.andWhere(`${STATUS} = :status`, { status: query.status, now });
    const page = await this.listings.list(rows, query, ticketsListing);
    return { ...page, items: page.items.map((ticket) => asOf(now, ticket)) };
  }

  /** The organiser that sells the ticket. */
  private async organiserOf({ eventId }: Pick<TicketDto, 'eventId'>): Promise<string> {
    const event = await this.tickets.manager.findOneBy(TicketedEvent, { id: eventId });
    return found(event, 'Event').organiserId;
  }

  private async secretOf(id: string): Promise<string> {
    const ticket = await this.tickets.findOne({ select: { secret: true }, where: { id } });
    return found(ticket, 'Ticket').secret;
  }

  /** @returns `undefined` when the ticket holds no place or has been scanned, and nothing was changed */
  private async tryCancel(id: string): Promise<TicketDto | undefined> {
    const statements = [
      { text: CANCEL, values: [id, new Date()] },
      ...(await this.checkouts.refundStatements('ticketing', id)),
    ];
    try {
      const [[ticket]] = (await transactAtOnce(this.tickets.manager.dataSource, statements)) as [[TicketDto]];
      return ticket;
    } catch (error) {
      if (notNullViolation(error) === 'ticketing_tickets.status') return undefined;
      throw error;
    }
  }

  /** @returns `undefined` when the ticket was not confirmed or had already been scanned */
  private async tryScan(id: string, scannedBy: string): Promise<TicketDto | undefined> {
    const { affected } = await this.tickets.update(
      { id, status: 'confirmed', scanCount: 0 },
      { scanCount: 1, scannedAt: () => 'now()', scannedBy },
    );
    return affected ? this.find(id) : undefined;
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
