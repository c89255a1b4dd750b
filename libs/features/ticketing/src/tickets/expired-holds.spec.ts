import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Principal } from '@gatehouse/http';
import { callerOf } from '@gatehouse/users/testing';
import { AvailabilityFeed } from '../availability/availability-feed.js';
import { AvailabilityService } from '../availability/availability.service.js';
import type { ListCategoriesQuery } from '../events/category.dto.js';
import { TicketCategoriesService } from '../events/ticket-categories.service.js';
import { EventsService } from '../events/events.service.js';
import { EventSessionsService } from '../events/event-sessions.service.js';
import { type EventChanges, type Made, refusalOf, TicketingDatabase } from '../testing/ticketing.js';
import type { ListTicketsQuery, TicketDto } from './ticket.dto.js';
import { ExpiredTickets } from './expired-tickets.js';
import { PurchaseService } from './purchase.service.js';
import { TicketPayments } from './ticket-payments.js';
import { TicketsService } from './tickets.service.js';

let database: TicketingDatabase;
let buyer: Principal;
const admin = callerOf('admin');

beforeAll(async () => {
  database = await TicketingDatabase.start();
  buyer = await database.newCaller();
});
afterAll(() => database.stop());

/** A ticket that is overdue and not swept yet. */
async function expiredTicket(made: Made, caller = buyer): Promise<string> {
  const { id } = await database.buy(made, caller);
  await database.letExpire(id);
  return id;
}

const sweep = (): Promise<number> => database.get(ExpiredTickets).sweep(100);
const inTable = async (id: string): Promise<string> =>
  (
    await database.dataSource.query<{ status: string }[]>(
      'SELECT status FROM ticketing_tickets WHERE id = $1',
      [id],
    )
  )[0]!.status;

describe('an expired hold', () => {
  it.each<[string, EventChanges]>([
    ['the event', { event: { quota: 1 } }],
    ['the category', { category: { quota: 1 } }],
    ['the session', { session: { quota: 1 } }],
    ['the user in the event', { event: { userQuota: 1 } }],
    ['the user in the category', { category: { userQuota: 1 } }],
    ['the user in the session', { session: { userQuota: 1 } }],
  ])('does not block a place of %s', async (_, changes) => {
    const made = await database.newEvent(changes);
    const id = await expiredTicket(made);
    expect((await database.buy(made, buyer)).status).toBe('pending');
    expect(await inTable(id)).toBe('expired');
    expect(await database.used(made)).toEqual([1, 1, 1]);
    expect((await refusalOf(database.buy(made, buyer)))[0]).toBe(400);
    await sweep();
    expect(await database.used(made)).toEqual([1, 1, 1]);
  });

  it('is released once to many buyers in two processes, with the sweep in between', async () => {
    const second = await database.another();
    try {
      const services = [database.features, second].map(({ context }) =>
        context.get(PurchaseService, { strict: false }),
      );
      for (let round = 0; round < 5; round++) {
        const made = await database.newEvent({ event: { quota: 3 } });
        for (let i = 0; i < 3; i++) await expiredTicket(made);
        const wish = { categoryId: made.categoryId, sessionId: made.sessionId };
        const buyers = await Promise.all(Array.from({ length: 20 }, () => database.newCaller()));
        const [outcomes] = await Promise.all([
          Promise.all(buyers.map((one, i) => refusalOf(services[i % 2]!.buy(wish, one, undefined)))),
          sweep(),
        ]);
        expect(outcomes.filter(([status]) => status === 200)).toHaveLength(3);
        expect(new Set(outcomes.map(([, text]) => text))).toEqual(
          new Set(['not refused', 'Event quota exceeded']),
        );
        expect(await database.used(made)).toEqual([3, 3, 3]);
      }
    } finally {
      await second.stop();
    }
  });

  it('makes room for a late payment', async () => {
    const made = await database.newEvent({ event: { quota: 1 } });
    const late = await expiredTicket(made);
    await sweep();
    await expiredTicket(made, await database.newCaller());
    const payment = { checkoutId: late, reference: late, amountCents: 1500, currency: 'EUR' };
    const outcome = await database.dataSource.transaction((manager) =>
      database.get(TicketPayments).paid(payment, manager),
    );
    expect(outcome).toBe('accepted');
    expect(await database.used(made)).toEqual([1, 1, 1]);
  });

  it('makes room for edits by a manager', async () => {
    const made = await database.newEvent({ event: { quota: 2 } });
    await expiredTicket(made);
    await database.buy(made, buyer);
    expect((await database.get(EventsService).update(made.eventId, { quota: 1 }, admin)).usedQuota).toBe(1);
    const text = 'Cannot delete a session with associated tickets';
    const other = await database.newEvent();
    await expiredTicket(other);
    expect(await refusalOf(database.get(EventSessionsService).remove(other.sessionId, admin))).toEqual([
      400,
      text,
    ]);
  });

  it('is expired for everyone who reads the ticket', async () => {
    const made = await database.newEvent();
    const caller = await database.newCaller();
    const { id: pending } = await database.buy(made, caller);
    const id = await expiredTicket(made, caller);
    const tickets = database.get(TicketsService);
    expect((await tickets.get(id, caller)).status).toBe('expired');
    const statuses = { [id]: 'expired', [pending]: 'pending' };
    const lists = (status?: TicketDto['status']) => {
      const query = { page: 1, pageSize: 10, status } as ListTicketsQuery;
      return [
        tickets.listOfUser(caller.id, query),
        tickets.listOfEvent(made.eventId, query, admin),
        tickets.listOfSession(made.sessionId, query, admin),
        tickets.listOfCategory(made.categoryId, { cursor: '', limit: 10, status } as ListTicketsQuery, admin),
      ];
    };
    const shown = async (status?: TicketDto['status']) =>
      (await Promise.all(lists(status))).map(({ items }) =>
        Object.fromEntries(items.map((ticket) => [ticket.id, ticket.status])),
      );
    for (const list of await shown()) expect(list).toEqual(statuses);
    for (const list of await shown('expired')) expect(list).toEqual({ [id]: 'expired' });
    for (const list of await shown('pending')) expect(list).toEqual({ [pending]: 'pending' });
    expect(await inTable(id)).toBe('pending');
  });

  it('can no longer be cancelled', async () => {
    const made = await database.newEvent();
    const id = await expiredTicket(made);
    expect(await refusalOf(database.get(TicketsService).cancel(id, buyer))).toEqual([
      400,
      'Ticket has expired',
    ]);
    await sweep();
    expect(await database.used(made)).toEqual([0, 0, 0]);
  });

  it('is excluded from every counter shown', async () => {
    const made = await database.newEvent({ event: { quota: 3 } });
    await expiredTicket(made);
    await database.buy(made, buyer);
    const quotas = database.get(AvailabilityService);
    expect(await quotas.ofEvent(made.eventId)).toEqual({ quota: 3, used: 1, remaining: 2 });
    expect((await quotas.ofSession(made.sessionId)).used).toBe(1);
    expect((await quotas.ofCategory(made.categoryId)).used).toBe(1);
    const { usedQuota, sessions, categories } = await database.get(EventsService).get(made.eventId);
    expect([usedQuota, sessions[0]!.usedQuota, categories[0]!.usedQuota]).toEqual([1, 1, 1]);
    expect((await database.get(EventSessionsService).get(made.sessionId)).usedQuota).toBe(1);
    expect((await database.get(TicketCategoriesService).get(made.categoryId)).usedQuota).toBe(1);
    const query = { page: 1, pageSize: 10, displayAll: true } as ListCategoriesQuery;
    const listed = [
      await database.get(TicketCategoriesService).listOfEvent(made.eventId, query, admin),
      await database.get(EventSessionsService).list(made.eventId, query),
    ].map(({ items }) => items.map(({ usedQuota }) => usedQuota));
    expect(listed).toEqual([[1], [1]]);
    const stream = await database.get(AvailabilityFeed).watch(made.eventId, '192.0.2.1');
    const [chunk] = (await stream.take(1).toArray()) as Buffer[];
    expect(JSON.parse(String(chunk).slice('data: '.length))).toMatchObject({
      used: 1,
      remaining: 2,
      sessions: [{ used: 1 }],
      categories: [{ used: 1 }],
    });
  });
});
