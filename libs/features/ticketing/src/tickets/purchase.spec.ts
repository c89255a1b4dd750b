import { DatabaseError } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Group } from '@gatehouse/groups';
import type { Principal } from '@gatehouse/http';
import { Checkouts } from '@gatehouse/payments';
import { CategorySession, TicketCategory } from '../entities/ticket-category.entity.js';
import { EventSession } from '../entities/event-session.entity.js';
import {
  type EventChanges,
  hoursFromNow,
  type Made,
  refusalOf,
  TicketingDatabase,
} from '../testing/ticketing.js';
import { PurchaseKey } from '../entities/purchase-key.entity.js';
import { PurchaseKeys } from './purchase-keys.js';
import { Ticket } from '../entities/ticket.entity.js';
import { PurchaseService } from './purchase.service.js';
import { TicketSales } from './ticket-sales.js';
import { TicketsService } from './tickets.service.js';

let database: TicketingDatabase;
let buyer: Principal;

beforeAll(async () => {
  database = await TicketingDatabase.start({ TICKET_HOLD_MINUTES: '20' });
  buyer = await database.newCaller();
});
afterAll(() => database.stop());

const ticketsOf = ({ eventId }: Made) => database.dataSource.manager.countBy(Ticket, { eventId });
const tryToBuy = async (changes: EventChanges, caller = buyer) =>
  refusalOf(database.buy(await database.newEvent(changes), caller));

describe('a purchase', () => {
  it('creates a pending ticket that is held for TICKET_HOLD_MINUTES, with a checkout', async () => {
    const made = await database.newEvent();
    const before = Date.now();
    const ticket = await database.buy(made, buyer);
    const { organiserId: _, ...references } = made;
    expect(ticket).toMatchObject({
      ...references,
      userId: buyer.id,
      priceCents: 1500,
      currency: 'EUR',
      status: 'pending',
      scanCount: 0,
      checkout: { url: `https://pay.example/${ticket.id}` },
    });
    const held = ticket.expiresAt!.getTime() - before;
    expect(held).toBeGreaterThanOrEqual(20 * 60_000);
    expect(held).toBeLessThan(21 * 60_000);
    expect(ticket).not.toHaveProperty('secret');
    expect(await database.used(made)).toEqual([1, 1, 1]);
  });

  it('of a free category is confirmed at once, without a checkout', async () => {
    const made = await database.newEvent({ category: { priceCents: 0 } });
    const ticket = await database.buy(made, buyer);
    expect(ticket).toMatchObject({ status: 'confirmed', expiresAt: null, priceCents: 0 });
    expect(ticket).not.toHaveProperty('checkout');
    expect(await database.used(made)).toEqual([1, 1, 1]);
  });

  it('leaves nothing behind when the checkout cannot be opened', async () => {
    const made = await database.newEvent();
    const statement = { text: 'SELECT 1 / 0' };
    vi.spyOn(database.get(Checkouts), 'openStatement').mockReturnValueOnce({ statement, checkouts: [] });
    await expect(database.buy(made, buyer, { key: 'a' })).rejects.toThrow('division by zero');
    expect(await ticketsOf(made)).toBe(0);
    expect(await database.used(made)).toEqual([0, 0, 0]);
    expect((await database.buy(made, buyer, { key: 'a' })).status).toBe('pending');
  });

  it('is retried after a deadlock', async () => {
    const made = await database.newEvent();
    const deadlock = Object.assign(new DatabaseError('deadlock detected', 0, 'error'), { code: '40P01' });
    vi.spyOn(database.get(TicketSales), 'sell').mockRejectedValueOnce(deadlock);
    expect((await database.buy(made, buyer)).status).toBe('pending');
    expect(await database.used(made)).toEqual([1, 1, 1]);
  });

  it('keeps its price when the category changes', async () => {
    const made = await database.newEvent();
    const { id } = await database.buy(made, buyer);
    await database.dataSource.manager.update(TicketCategory, made.categoryId, { priceCents: 9900 });
    expect(await database.dataSource.manager.findOneByOrFail(Ticket, { id })).toMatchObject({
      priceCents: 1500,
    });
    expect((await database.buy(made, buyer)).priceCents).toBe(9900);
  });

  it('is refused for an unknown category or session', async () => {
    const made = await database.newEvent();
    const unknown = uuidv7();
    expect(
      await refusalOf(database.buy({ ...made, categoryId: unknown, sessionId: unknown }, buyer)),
    ).toEqual([404, 'Category not found']);
    expect(await refusalOf(database.buy({ ...made, sessionId: unknown }, buyer))).toEqual([
      404,
      'Session not found',
    ]);
  });

  it.each<[string, EventChanges]>([
    ['Event is disabled', { event: { disabled: true } }],
    ['Category is disabled', { category: { disabled: true } }],
    ['Session is disabled', { session: { disabled: true } }],
    ['Ticket creation date cannot be before event open date', { event: { openDate: hoursFromNow(1) } }],
    [
      'Ticket creation date cannot be after event close date',
      { event: { openDate: hoursFromNow(-2), closeDate: hoursFromNow(-1) } },
    ],
  ])('is refused: %s', async (text, changes) => {
    expect(await tryToBuy(changes)).toEqual([400, text]);
  });

  it('is refused for a session of another event, or one for which the category is not sold', async () => {
    const [made, other] = [await database.newEvent(), await database.newEvent()];
    expect(await refusalOf(database.buy({ ...made, sessionId: other.sessionId }, buyer))).toEqual([
      400,
      'Session does not belong to event',
    ]);
    const second = { id: uuidv7(), eventId: made.eventId, name: 'Second', date: hoursFromNow(1) };
    await database.dataSource.manager.insert(EventSession, second);
    await database.dataSource.manager.insert(CategorySession, {
      categoryId: made.categoryId,
      sessionId: second.id,
    });
    expect(await refusalOf(database.buy(made, buyer))).toEqual([
      400,
      'Session is not available for category',
    ]);
    expect((await database.buy({ ...made, sessionId: second.id }, buyer)).sessionId).toBe(second.id);
  });

  it('of a category with a group is limited to its members', async () => {
    const requiredGroupId = uuidv7();
    await database.dataSource.manager.insert(Group, {
      id: requiredGroupId,
      name: 'Members',
      nameKey: 'members',
    });
    const member = await database.newCaller();
    await database.dataSource.query('INSERT INTO group_members (group_id, user_id) VALUES ($1, $2)', [
      requiredGroupId,
      member.id,
    ]);
    const made = await database.newEvent({ category: { requiredGroupId } });
    expect(await refusalOf(database.buy(made, buyer))).toEqual([
      403,
      'User does not have the required membership for this category',
    ]);
    expect((await database.buy(made, member)).userId).toBe(member.id);
  });

  it('for another user is limited to managers of the event', async () => {
    const made = await database.newEvent();
    const stranger = await database.newManager(await database.newEvent());
    for (const caller of [buyer, stranger, await database.newScanner(made)]) {
      const { id: userId } = await database.newCaller();
      expect(await refusalOf(database.buy(made, caller, { userId }))).toEqual([
        403,
        'Users can only create tickets for themselves',
      ]);
    }
    const manager = await database.newManager(made);
    expect((await database.buy(made, manager, { userId: buyer.id })).userId).toBe(buyer.id);
    const unknown = uuidv7();
    expect(await refusalOf(database.buy(made, manager, { userId: unknown }))).toEqual([
      404,
      `User ${unknown} not found`,
    ]);
  });

  it.each<[string, EventChanges]>([
    ['User event quota exceeded', { event: { userQuota: 1 } }],
    ['User category quota exceeded', { category: { userQuota: 1 } }],
    ['User session quota exceeded', { session: { userQuota: 1 } }],
  ])('is refused: %s, by what the user holds', async (text, changes) => {
    const made = await database.newEvent(changes);
    await database.buy(made, buyer);
    expect(await refusalOf(database.buy(made, buyer))).toEqual([400, text]);
    expect((await database.buy(made, await database.newCaller())).status).toBe('pending');
  });

  it('is refused to a buyer with too many unpaid tickets of the event, until they are paid or expire', async () => {
    const made = await database.newEvent();
    const others = await database.newEvent();
    const hoarder = await database.newCaller();
    const tickets: string[] = [];
    for (let i = 0; i < 10; i++) tickets.push((await database.buy(made, hoarder)).id);
    const refusal = [400, 'User has too many unpaid tickets'];
    expect(await refusalOf(database.buy(made, hoarder))).toEqual(refusal);
    const manager = await database.newManager(made);
    expect(await refusalOf(database.buy(made, manager, { userId: hoarder.id }))).toEqual(refusal);
    expect((await database.buy(others, hoarder)).status).toBe('pending');
    expect((await database.buy(made, buyer)).status).toBe('pending');

    await database.get(TicketsService).cancel(tickets[0]!, hoarder);
    await database.buy(made, hoarder);
    await database.dataSource.query(`UPDATE ticketing_tickets SET status = 'confirmed' WHERE id = $1`, [
      tickets[1],
    ]);
    await database.buy(made, hoarder);
    expect(await refusalOf(database.buy(made, hoarder))).toEqual(refusal);
    await database.letExpire(tickets[2]!);
    await database.buy(made, hoarder);
    expect(await refusalOf(database.buy(made, hoarder))).toEqual(refusal);
    expect(await database.used(made)).toEqual([12, 12, 12]);
  });

  it('of a free category does not count as unpaid, and is not refused for unpaid tickets', async () => {
    const made = await database.newEvent({ category: { priceCents: 0 } });
    const categoryId = uuidv7();
    const paid = { id: categoryId, eventId: made.eventId, name: 'Paid', priceCents: 100, currency: 'EUR' };
    await database.dataSource.manager.insert(TicketCategory, paid);
    const hoarder = await database.newCaller();
    for (let i = 0; i < 11; i++) await database.buy(made, hoarder);
    for (let i = 0; i < 10; i++) await database.buy({ ...made, categoryId }, hoarder);
    expect((await refusalOf(database.buy({ ...made, categoryId }, hoarder)))[0]).toBe(400);
    expect((await database.buy(made, hoarder)).status).toBe('confirmed');
  });

  it('never leaves a buyer with too many unpaid tickets, even from two processes at once', async () => {
    const made = await database.newEvent();
    const hoarder = await database.newCaller();
    const second = await database.another();
    try {
      const { categoryId, sessionId } = made;
      const processes = [database.features, second].map(({ context }) =>
        context.get(PurchaseService, { strict: false }),
      );
      const outcomes = await Promise.all(
        Array.from({ length: 40 }, (_, i) =>
          refusalOf(processes[i % 2]!.buy({ categoryId, sessionId }, hoarder, undefined)),
        ),
      );
      expect(outcomes.filter(([status]) => status === 200)).toHaveLength(10);
      const refusals = new Set(outcomes.filter(([status]) => status !== 200).map(([, text]) => text));
      expect([...refusals]).toEqual(['User has too many unpaid tickets']);
      expect(await database.used(made)).toEqual([10, 10, 10]);
    } finally {
      await second.stop();
    }
  });

  it.each<[string, EventChanges]>([
    ['Event quota exceeded', { event: { quota: 1 } }],
    ['Category quota exceeded', { category: { quota: 1 } }],
    ['Session quota exceeded', { session: { quota: 1 } }],
  ])('is refused: %s', async (text, changes) => {
    const made = await database.newEvent(changes);
    await database.buy(made, buyer);
    expect(await refusalOf(database.buy(made, await database.newCaller()))).toEqual([400, text]);
    expect(await database.used(made)).toEqual([1, 1, 1]);
  });

  it('reports the first of all that is wrong with an offer', async () => {
    const made = await database.newEvent({
      event: { disabled: true, openDate: hoursFromNow(1) },
      category: { disabled: true, requiredGroupId: uuidv7() },
    });
    const { sessionId } = await database.newEvent({ session: { disabled: true } });
    await database.dataSource.manager.insert(CategorySession, made);
    const userId = (await database.newCaller()).id;
    const refusals: string[] = [];
    for (const [table, change, id] of [
      ['events', 'disabled = false', made.eventId],
      ['categories', 'disabled = false', made.categoryId],
      ['sessions', 'disabled = false', sessionId],
      ['events', `open_date = now() - interval '2 h', close_date = now() - interval '1 h'`, made.eventId],
      ['events', 'close_date = NULL', made.eventId],
      ['sessions', `event_id = '${made.eventId}'`, sessionId],
      ['category_sessions', `session_id = '${sessionId}'`, made.categoryId],
      ['categories', 'required_group_id = NULL', made.categoryId],
      ['events', 'quota = NULL', made.eventId],
    ] as const) {
      refusals.push((await refusalOf(database.buy({ ...made, sessionId }, buyer, { userId })))[1]);
      const key = table === 'category_sessions' ? 'category_id' : 'id';
      await database.dataSource.query(`UPDATE ticketing_${table} SET ${change} WHERE ${key} = $1`, [id]);
    }
    expect(refusals).toEqual([
      'Event is disabled',
      'Category is disabled',
      'Session is disabled',
      'Ticket creation date cannot be before event open date',
      'Ticket creation date cannot be after event close date',
      'Session does not belong to event',
      'Session is not available for category',
      'User does not have the required membership for this category',
      'Users can only create tickets for themselves',
    ]);
    expect((await database.buy({ ...made, sessionId }, buyer)).status).toBe('pending');
  });

  it('reports too many unpaid tickets after the quotas of the user, and before those of the event', async () => {
    const made = await database.newEvent({ event: { quota: 10 }, session: { userQuota: 10 } });
    const hoarder = await database.newCaller();
    for (let i = 0; i < 10; i++) await database.buy(made, hoarder);
    const refusals: string[] = [];
    for (const change of [
      'ticketing_sessions SET user_quota = NULL',
      `ticketing_tickets SET status = 'confirmed'`,
      'ticketing_events SET quota = NULL',
    ]) {
      refusals.push((await refusalOf(database.buy(made, hoarder)))[1]);
      const key = change.startsWith('ticketing_tickets') ? 'event_id' : 'id';
      await database.dataSource.query(`UPDATE ${change} WHERE ${key} = ANY($1)`, [Object.values(made)]);
    }
    expect(refusals).toEqual([
      'User session quota exceeded',
      'User has too many unpaid tickets',
      'Event quota exceeded',
    ]);
  });

  it('reports the first of several violations', async () => {
    const one = { quota: 1, userQuota: 1 };
    const made = await database.newEvent({ event: one, category: one, session: one });
    await database.buy(made, buyer);
    const { manager } = database.dataSource;
    const refusals: string[] = [];
    const note = async () => refusals.push((await refusalOf(database.buy(made, buyer)))[1]);
    const clear = async (change: object) => {
      await note();
      await manager.query(
        `UPDATE ${Object.keys(change)[0]!} SET ${Object.values(change)[0] as string} WHERE id = ANY($1)`,
        [Object.values(made)],
      );
    };
    await clear({ ticketing_events: 'user_quota = NULL' });
    await clear({ ticketing_categories: 'user_quota = NULL' });
    await clear({ ticketing_sessions: 'user_quota = NULL' });
    await clear({ ticketing_events: 'quota = NULL' });
    await clear({ ticketing_categories: 'quota = NULL' });
    await note();
    expect(refusals).toEqual([
      'User event quota exceeded',
      'User category quota exceeded',
      'User session quota exceeded',
      'Event quota exceeded',
      'Category quota exceeded',
      'Session quota exceeded',
    ]);
  });
});

describe('an Idempotency-Key', () => {
  it('returns the same ticket again, with its checkout', async () => {
    const made = await database.newEvent();
    const first = await database.buy(made, buyer, { key: 'same' });
    expect(await database.buy(made, buyer, { key: 'same' })).toEqual(first);
    expect(await ticketsOf(made)).toBe(1);
  });

  it('returns the same ticket even when sold out', async () => {
    const made = await database.newEvent({ event: { quota: 1 } });
    const first = await database.buy(made, buyer, { key: 'last' });
    expect((await database.buy(made, buyer, { key: 'last' })).id).toBe(first.id);
  });

  it('returns one ticket to overlapping requests', async () => {
    const made = await database.newEvent({ event: { quota: 1 } });
    const tickets = await Promise.all(
      Array.from({ length: 20 }, () => database.buy(made, buyer, { key: 'overlap' })),
    );
    expect(new Set(tickets.map(({ id }) => id)).size).toBe(1);
    expect(await database.used(made)).toEqual([1, 1, 1]);
  });

  it('is refused for a different request, and is independent for another user', async () => {
    const [made, other] = [await database.newEvent(), await database.newEvent()];
    await database.buy(made, buyer, { key: 'reused' });
    expect((await refusalOf(database.buy(other, buyer, { key: 'reused' })))[0]).toBe(422);
    expect((await database.buy(other, await database.newCaller(), { key: 'reused' })).status).toBe('pending');
  });

  it('can be reused after a refusal, and after 24 hours', async () => {
    const made = await database.newEvent({ event: { disabled: true } });
    await refusalOf(database.buy(made, buyer, { key: 'again' }));
    await database.dataSource.query('UPDATE ticketing_events SET disabled = false WHERE id = $1', [
      made.eventId,
    ]);
    const first = await database.buy(made, buyer, { key: 'again' });
    await database.dataSource.query(
      `UPDATE ticketing_purchase_keys SET created_at = now() - interval '24 hours 1 second' WHERE key = 'again'`,
    );
    expect((await database.buy(made, buyer, { key: 'again' })).id).not.toBe(first.id);
  });

  it('is deleted when it has expired', async () => {
    const made = await database.newEvent();
    for (const key of ['old', 'young']) await database.buy(made, buyer, { key });
    await database.dataSource.query(
      `UPDATE ticketing_purchase_keys SET created_at = now() - interval '25 hours' WHERE key = 'old'`,
    );
    await database.get(PurchaseKeys).forgetOld();
    const left = await database.dataSource.manager.find(PurchaseKey, { select: { key: true } });
    const keys = left.map(({ key }) => key);
    expect(keys).toContain('young');
    expect(keys).not.toContain('old');
  });
});
