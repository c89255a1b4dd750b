import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { toBuffer } from 'qrcode';
import { DataSource } from 'typeorm';
import {
  BusinessRuleProblem,
  ConflictProblem,
  ForbiddenProblem,
  NotFoundProblem,
  type Principal,
} from '@gatehouse/http';
import { Checkouts } from '@gatehouse/payments';
import { AvailabilityNotices } from '../availability/availability-notices.js';
import { mayManage, mayScan } from '../organisers/authority.js';
import type { TicketDto, TicketSecretDto } from './ticket.dto.js';
import { TicketsRepository } from './tickets.repository.js';

const NOT_PAID = 'Ticket has invalid status for scanning, probably not paid yet.';

@Injectable()
export class TicketsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly tickets: TicketsRepository,
    private readonly checkouts: Checkouts,
    private readonly notices: AvailabilityNotices,
  ) {}

  /** @throws {NotFoundProblem} also for callers who are not owner, scanner or administrator */
  async get(id: string, caller: Principal): Promise<TicketDto> {
    const ticket = await this.tickets.get(id);
    const maySee =
      ticket.userId === caller.id ||
      (await mayScan(caller, await this.tickets.organiserOf(ticket), this.dataSource.manager));
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
      (await mayManage(caller, await this.tickets.organiserOf(ticket), this.dataSource.manager));
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
    if (!(await mayScan(caller, organiserId, this.dataSource.manager))) throw new ForbiddenProblem();
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
