import type { Pool, PoolClient, QueryConfig } from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Principal } from '@gatehouse/http';
import { callerOf } from '@gatehouse/users/testing';
import { refusalOf, TicketingDatabase } from '../testing/ticketing.js';
import { ExpiredTickets } from './expired-tickets.js';
import { TicketPayments } from './ticket-payments.js';
import { Ticket, type TicketStatus } from '../entities/ticket.entity.js';
import type { TicketDto } from './ticket.dto.js';
import { TicketsService } from './tickets.service.js';

let database: TicketingDatabase;
let tickets: TicketsService;
let owner: Principal;
const admin = callerOf('admin');

beforeAll(async () => {
  database = await TicketingDatabase.start();
  tickets = database.get(TicketsService);
  owner = await database.newCaller();
});
afterAll(() => database.stop());

/** Pays for a ticket in a separate transaction. */
const pay = (reference: string) =>
  database.dataSource.transaction((manager) =>
    database
      .get(TicketPayments)
      .paid({ checkoutId: reference, reference, amountCents: 1500, currency: 'EUR' }, manager),
  );
const statusOf = async (id: string): Promise<TicketStatus> =>
  (await database.dataSource.manager.findOneByOrFail(Ticket, { id })).status;

type Attempt = (...given: string[]) => Promise<TicketDto | undefined>;
const attempts = () => tickets as unknown as Record<'tryCancel' | 'tryScan', Attempt>;

/** Pays for the ticket right after the next attempt to change it, which came too early. */
function payAfter(method: 'tryCancel' | 'tryScan', id: string): void {
  const attempt = attempts()[method].bind(tickets);
  vi.spyOn(attempts(), method).mockImplementationOnce(async (...given) => {
    const nothing = await attempt(...given);
    await pay(id);
    return nothing;
  });
}

describe('a ticket', () => {
  it('is shown to its owner, scanners and administrators; for others it does not exist', async () => {
    const made = await database.newEvent();
    const { id } = await database.buy(made, owner);
    for (const caller of [owner, await database.newScanner(made), admin])
      expect((await tickets.get(id, caller)).id).toBe(id);
    const stranger = await database.newScanner(await database.newEvent());
    for (const caller of [stranger, await database.newCaller(), callerOf('moderator')])
      expect(await refusalOf(tickets.get(id, caller))).toEqual([404, 'Ticket not found']);
  });

  it('reveals its secret, which is different each time, only to its owner', async () => {
    const made = await database.newEvent();
    const { id } = await database.buy(made, owner);
    const { id: other } = await database.buy(made, owner);
    const { secret } = await tickets.secret(id, owner);
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect((await tickets.secret(other, owner)).secret).not.toBe(secret);
    for (const caller of [await database.newScanner(made), await database.newManager(made), admin]) {
      expect(await refusalOf(tickets.secret(id, caller))).toEqual([404, 'Ticket not found']);
      expect(await refusalOf(tickets.qr(id, caller))).toEqual([404, 'Ticket not found']);
    }
  });

  it('is a QR code of id and secret only', async () => {
    const { id } = await database.buy(await database.newEvent(), owner);
    const png = await tickets.qr(id, owner);
    expect(png.subarray(0, 8)).toEqual(Buffer.from('89504e470d0a1a0a', 'hex'));
    // 36 + 1 + 43 characters require version 6 or more: 41 modules of 4 pixels each, and a margin.
    expect(png.readUInt32BE(16)).toBeGreaterThanOrEqual(41 * 4);
  });

  it('outlives its user, and keeps its place', async () => {
    const made = await database.newEvent();
    const leaving = await database.newCaller();
    const { id } = await database.buy(made, leaving);
    await database.dataSource.query('DELETE FROM users WHERE id = $1', [leaving.id]);
    expect((await tickets.get(id, admin)).userId).toBeNull();
    expect(await database.used(made)).toEqual([1, 1, 1]);
  });
});

describe('a cancellation', () => {
  it('is sent as a whole, so a process that stops within it holds no place', async () => {
    const made = await database.newEvent();
    const { id } = await database.buy(made, owner);
    await tickets.get(id, owner);
    const { master } = database.dataSource.driver as unknown as { master: Pool };
    const stopped = Promise.withResolvers<void>();
    const held = new Set<PoolClient>();
    /** Keeps the answers of a transaction from the process until it continues. */
    const hold = (client: PoolClient): void => {
      if (held.has(client)) return;
      held.add(client);
      const query = client.query.bind(client) as (...given: unknown[]) => Promise<unknown>;
      let isOpen = false;
      vi.spyOn(client, 'query').mockImplementation(((...given: [QueryConfig]) => {
        isOpen ||= given[0].text === 'BEGIN';
        const answer = query(...given);
        return isOpen ? stopped.promise.then(() => answer) : answer;
      }) as never);
    };
    master.on('acquire', hold);
    const cancelled = attempts().tryCancel(id);
    await expect.poll(() => statusOf(id)).toBe('cancelled');
    expect(await database.used(made)).toEqual([0, 0, 0]);
    expect(await Promise.race([cancelled, 'waiting'])).toBe('waiting');
    stopped.resolve();
    expect((await cancelled)?.status).toBe('cancelled');
    master.off('acquire', hold);
    for (const client of held) vi.mocked(client.query).mockRestore();
  });

  it('by the owner or a manager releases the place, once', async () => {
    const made = await database.newEvent({ event: { quota: 2 } });
    for (const caller of [owner, await database.newManager(made), admin]) {
      const { id } = await database.buy(made, owner);
      expect((await tickets.cancel(id, caller)).status).toBe('cancelled');
      expect(await refusalOf(tickets.cancel(id, caller))).toEqual([400, 'Ticket is already cancelled']);
      expect(await database.used(made)).toEqual([0, 0, 0]);
    }
  });

  it('is refused to others as if the ticket did not exist', async () => {
    const made = await database.newEvent();
    const { id } = await database.buy(made, owner);
    for (const caller of [await database.newCaller(), await database.newScanner(made)])
      expect(await refusalOf(tickets.cancel(id, caller))).toEqual([404, 'Ticket not found']);
    expect(await statusOf(id)).toBe('pending');
  });

  it('releases the place once, despite concurrent requests', async () => {
    const made = await database.newEvent({ category: { priceCents: 0 } });
    const { id } = await database.buy(made, owner);
    await database.buy(made, owner);
    const refusals = await Promise.all(
      Array.from({ length: 15 }, () => refusalOf(tickets.cancel(id, owner))),
    );
    expect(refusals.filter(([status]) => status === 200)).toHaveLength(1);
    expect(await database.used(made)).toEqual([1, 1, 1]);
  });

  it('keeps the ticket', async () => {
    const { id } = await database.buy(await database.newEvent(), owner);
    await tickets.cancel(id, owner);
    expect((await tickets.get(id, owner)).status).toBe('cancelled');
  });

  it('succeeds even when a late payment revives the ticket in the meantime', async () => {
    const made = await database.newEvent();
    const { id } = await database.buy(made, owner);
    await database.letExpire(id);
    await database.get(ExpiredTickets).sweep(10);
    payAfter('tryCancel', id);
    expect((await tickets.cancel(id, owner)).status).toBe('cancelled');
    expect(await database.used(made)).toEqual([0, 0, 0]);
  });

  it('is refused when the ticket was scanned or has expired', async () => {
    const made = await database.newEvent();
    const [scanned, expired] = [await database.buy(made, owner), await database.buy(made, owner)];
    await pay(scanned.id);
    await tickets.scan(scanned.id, (await tickets.secret(scanned.id, owner)).secret, admin);
    expect(await refusalOf(tickets.cancel(scanned.id, owner))).toEqual([
      400,
      'Cannot update a confirmed ticket',
    ]);
    await database.letExpire(expired.id);
    await database.get(ExpiredTickets).sweep(10);
    expect(await refusalOf(tickets.cancel(expired.id, owner))).toEqual([400, 'Ticket has expired']);
    expect(await database.used(made)).toEqual([1, 1, 1]);
  });
});

describe('the expiry', () => {
  it('expires overdue pending tickets, and releases each place once', async () => {
    const made = await database.newEvent();
    const bought = [];
    for (let i = 0; i < 4; i++) bought.push(await database.buy(made, owner));
    const [young, paid, ...due] = bought.map(({ id }) => id) as [string, string, ...string[]];
    await pay(paid);
    for (const id of [paid, ...due]) await database.letExpire(id);
    const swept = await Promise.all(Array.from({ length: 5 }, () => database.get(ExpiredTickets).sweep(10)));
    expect(swept.reduce((sum, count) => sum + count)).toBe(2);
    expect(await Promise.all([young, paid, ...due].map(statusOf))).toEqual([
      'pending',
      'confirmed',
      'expired',
      'expired',
    ]);
    expect(await database.used(made)).toEqual([2, 2, 2]);
  });

  it('expires no more than requested, across several events', async () => {
    const events = [await database.newEvent(), await database.newEvent()];
    for (const made of [...events, ...events])
      await database.letExpire((await database.buy(made, await database.newCaller())).id);
    expect(await database.get(ExpiredTickets).sweep(3)).toBe(3);
    expect(await database.get(ExpiredTickets).sweep(3)).toBe(1);
    expect(await database.get(ExpiredTickets).sweep(3)).toBe(0);
  });
});

describe('a payment', () => {
  it('confirms a pending ticket, even one that has not been swept yet', async () => {
    const made = await database.newEvent({ event: { quota: 1 } });
    const { id } = await database.buy(made, owner);
    await database.letExpire(id);
    expect(await pay(id)).toBe('accepted');
    expect(await statusOf(id)).toBe('confirmed');
    expect(await database.used(made)).toEqual([1, 1, 1]);
  });

  it.each(['event', 'category', 'session'] as const)(
    'after expiry confirms while the %s has a place, else it is for refund',
    async (scope) => {
      const made = await database.newEvent({ [scope]: { quota: 1 } });
      const late = await database.buy(made, owner);
      const expire = async (id: string) => {
        await database.letExpire(id);
        await database.get(ExpiredTickets).sweep(10);
      };
      await expire(late.id);
      const other = await database.buy(made, await database.newCaller());
      expect(await pay(late.id)).toBe('refund');
      expect(await statusOf(late.id)).toBe('expired');
      expect(await database.used(made)).toEqual([1, 1, 1]);
      await expire(other.id);
      expect(await pay(late.id)).toBe('accepted');
      expect(await statusOf(late.id)).toBe('confirmed');
      expect(await database.used(made)).toEqual([1, 1, 1]);
    },
  );

  it('for a cancelled or an unknown ticket is refunded', async () => {
    const made = await database.newEvent();
    const { id } = await database.buy(made, owner);
    await tickets.cancel(id, owner);
    expect(await pay(id)).toBe('refund');
    expect(await pay(made.eventId)).toBe('refund');
    expect(await database.used(made)).toEqual([0, 0, 0]);
  });
});

describe('a scan', () => {
  const sold = async () => {
    const made = await database.newEvent();
    const { id } = await database.buy(made, owner);
    const { secret } = await tickets.secret(id, owner);
    return { made, id, secret, scanner: await database.newScanner(made) };
  };

  it('admits a confirmed ticket once, and records who and when', async () => {
    const { id, secret, scanner } = await sold();
    await pay(id);
    const scanned = await tickets.scan(id, secret, scanner);
    expect(scanned).toMatchObject({ scanCount: 1, scannedBy: scanner.id, scannedAt: expect.any(Date) });
    expect(await refusalOf(tickets.scan(id, secret, scanner))).toEqual([
      409,
      'Ticket has already been scanned',
    ]);
  });

  it('admits one of many concurrent scans', async () => {
    const { id, secret, scanner } = await sold();
    await pay(id);
    const refusals = await Promise.all(
      Array.from({ length: 15 }, () => refusalOf(tickets.scan(id, secret, scanner))),
    );
    expect(refusals.filter(([status]) => status === 200)).toHaveLength(1);
    expect(refusals.filter(([status]) => status === 409)).toHaveLength(14);
  });

  it('refuses an unpaid ticket, and a secret that does not match', async () => {
    const { id, secret, scanner } = await sold();
    expect(await refusalOf(tickets.scan(id, secret, scanner))).toEqual([
      400,
      'Ticket has invalid status for scanning, probably not paid yet.',
    ]);
    for (const wrong of ['x', `${secret.slice(0, -1)}é`, 'x'.repeat(43)])
      expect(await refusalOf(tickets.scan(id, wrong, scanner))).toEqual([404, 'Ticket not found']);
  });

  it('admits a ticket that is paid at this moment', async () => {
    const { id, secret, scanner } = await sold();
    payAfter('tryScan', id);
    expect(await tickets.scan(id, secret, scanner)).toMatchObject({ scanCount: 1, scannedBy: scanner.id });
  });

  it('is for scanners of the organiser', async () => {
    const { made, id, secret } = await sold();
    await pay(id);
    const stranger = await database.newScanner(await database.newEvent());
    for (const caller of [owner, stranger, await database.newManager(made)])
      expect(await refusalOf(tickets.scan(id, secret, caller))).toEqual([403, 'Insufficient permissions']);
    expect((await tickets.scan(id, secret, admin)).scanCount).toBe(1);
  });
});
