import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Principal } from '@gatehouse/http';
import { Notifications } from '@gatehouse/notifications';
import { callerOf } from '@gatehouse/users/testing';
import { TicketCategory } from '../entities/ticket-category.entity.js';
import { MANAGE_EVENTS } from '../organisers/authority.js';
import { EventSession } from '../entities/event-session.entity.js';
import { hoursFromNow, refusalOf, TicketingDatabase } from '../testing/ticketing.js';
import { TicketsService } from '../tickets/tickets.service.js';
import { TicketedEvent } from '../entities/event.entity.js';
import { EventsService } from './events.service.js';

let database: TicketingDatabase;
let events: EventsService;
const admin = callerOf('admin');

beforeAll(async () => {
  database = await TicketingDatabase.start();
  events = database.get(EventsService);
});
afterAll(() => database.stop());

const fields = (organiserId: string, name = 'New event') => ({
  organiserId,
  name,
  openDate: hoursFromNow(-1),
  closeDate: null,
  quota: null,
  userQuota: null,
  disabled: false,
});

describe('managers', () => {
  it('have ticketing.manage-events and are members with `manage`, or are administrators', async () => {
    const made = await database.newEvent();
    const manager = await database.newManager(made);
    const others: Principal[] = [
      await database.newCaller(MANAGE_EVENTS),
      await database.newScanner(made),
      { ...manager, can: () => false },
      await database.newManager(await database.newEvent()),
      { ...admin, apiKeyId: uuidv7(), can: () => true },
    ];
    for (const caller of others)
      expect(await refusalOf(events.update(made.eventId, { disabled: true }, caller))).toEqual([
        403,
        'Insufficient permissions',
      ]);
    for (const caller of [manager, { ...manager, apiKeyId: uuidv7() }, admin])
      expect((await events.update(made.eventId, { disabled: true }, caller)).disabled).toBe(true);
  });
});

describe('an event', () => {
  /** An event with 101 sessions and as many categories. */
  async function largeEvent(): Promise<string> {
    const { eventId } = await database.newEvent();
    for (const table of [
      'sessions (name, event_id, id, date)',
      'categories (name, event_id, id, price_cents, currency)',
    ])
      await database.dataSource.query(
        `INSERT INTO ticketing_${table}
         SELECT n::text, $1::uuid, gen_random_uuid(), ${table.includes('date') ? `now() + n * interval '1 min'` : `0, 'EUR'`}
         FROM generate_series(1, 100) n`,
        [eventId],
      );
    return eventId;
  }

  it('shows its first 100 sessions and categories', async () => {
    const { sessions, categories } = await events.get(await largeEvent());
    expect([sessions.length, categories.length]).toEqual([100, 100]);
    expect(sessions[0]).toMatchObject({ name: '1' });
  });

  it('takes as many statements for many sessions and categories as for one', async () => {
    const [{ eventId }, large] = [await database.newEvent(), await largeEvent()];
    const sent = vi.spyOn(database.dataSource.logger, 'logQuery');
    // The least of three, since jobs of the minute send statements as well.
    const statements = async (id: string): Promise<number> => {
      const counts: number[] = [];
      while (counts.length < 3) {
        sent.mockClear();
        await events.get(id);
        counts.push(sent.mock.calls.length);
      }
      return Math.min(...counts);
    };
    const few = await statements(eventId);
    expect(few).toBeGreaterThan(0);
    expect(await statements(large)).toBe(few);
    sent.mockRestore();
  });

  it('is shown with organiser, sessions and categories', async () => {
    const made = await database.newEvent();
    expect(await events.get(made.eventId)).toMatchObject({
      id: made.eventId,
      usedQuota: 0,
      organiser: { id: made.organiserId },
      sessions: [{ id: made.sessionId }],
      categories: [{ id: made.categoryId, sessionIds: [] }],
    });
    expect(await refusalOf(events.get(uuidv7()))).toEqual([404, 'Event not found']);
  });

  it('has a unique name per organiser', async () => {
    const [made, other] = [await database.newEvent(), await database.newEvent()];
    const first = await events.create(fields(made.organiserId), admin);
    expect(await refusalOf(events.create(fields(made.organiserId), admin))).toEqual([
      400,
      'Event already exists',
    ]);
    expect(await refusalOf(events.update(made.eventId, { name: first.name }, admin))).toEqual([
      400,
      'Event already exists',
    ]);
    expect((await events.create(fields(other.organiserId), admin)).name).toBe(first.name);
    expect(await refusalOf(events.create(fields(uuidv7()), admin))).toEqual([404, 'Organiser not found']);
  });

  it('is announced when it is created, in the same transaction', async () => {
    const { organiserId } = await database.newEvent();
    const told = () =>
      database.dataSource.query<{ title: string; body: string; name: string }[]>(
        `SELECT title, body, name FROM notifications JOIN notification_topics topic ON topic.id = topic_id
         WHERE title = 'Told of'`,
      );
    const dates = { openDate: new Date('2026-07-01T12:00:00Z'), closeDate: new Date('2026-08-31T12:00:00Z') };
    await events.create({ ...fields(organiserId, 'Told of'), ...dates }, admin);
    const body = 'A new event, on sale from 2026-07-01 12:00 UTC until 2026-08-31 12:00 UTC.';
    const one = [{ title: 'Told of', body, name: 'ticketing.new-events' }];
    expect(await told()).toEqual(one);
    await refusalOf(events.create(fields(organiserId, 'Told of'), admin));
    expect(await told()).toEqual(one);
    const failing = vi.spyOn(database.get(Notifications), 'notify').mockRejectedValueOnce(new Error('away'));
    await expect(events.create(fields(organiserId, 'Not made'), admin)).rejects.toThrow('away');
    failing.mockRestore();
    expect(await database.dataSource.manager.existsBy(TicketedEvent, { name: 'Not made' })).toBe(false);
  });

  it('does not close before it opens', async () => {
    const { organiserId, eventId } = await database.newEvent();
    const dates = { openDate: hoursFromNow(2), closeDate: hoursFromNow(1) };
    expect((await refusalOf(events.create({ ...fields(organiserId), ...dates }, admin)))[0]).toBe(422);
    expect((await refusalOf(events.update(eventId, { closeDate: hoursFromNow(-2) }, admin)))[0]).toBe(422);
  });

  it('keeps its sessions within its dates', async () => {
    const { eventId } = await database.newEvent();
    expect(await refusalOf(events.update(eventId, { openDate: hoursFromNow(2) }, admin))).toEqual([
      400,
      'Session date cannot be before event open date',
    ]);
    expect(await refusalOf(events.update(eventId, { closeDate: hoursFromNow(0.5) }, admin))).toEqual([
      400,
      'Session date cannot be after event close date',
    ]);
    expect((await events.update(eventId, { closeDate: hoursFromNow(2) }, admin)).closeDate).not.toBeNull();
  });

  it('has a quota of at least the used places, and keeps its count when it changes', async () => {
    const made = await database.newEvent();
    const buyer = await database.newCaller();
    for (let i = 0; i < 2; i++) await database.buy(made, buyer);
    expect(await refusalOf(events.update(made.eventId, { quota: 1 }, admin))).toEqual([
      400,
      'Cannot set quota less than used quota',
    ]);
    expect(await events.update(made.eventId, { quota: 2 }, admin)).toMatchObject({ quota: 2, usedQuota: 2 });
    expect(await refusalOf(database.buy(made, buyer))).toEqual([400, 'Event quota exceeded']);
    await events.update(made.eventId, { quota: null }, admin);
    expect((await database.buy(made, buyer)).status).toBe('pending');
  });

  it('is deleted only without used places, then without categories, then without sessions', async () => {
    const made = await database.newEvent();
    const buyer = await database.newCaller();
    const { id } = await database.buy(made, buyer);
    const remove = () => refusalOf(events.remove(made.eventId, admin));
    expect(await remove()).toEqual([400, 'Cannot delete an event with used quota']);
    await database.get(TicketsService).cancel(id, buyer);
    expect(await remove()).toEqual([400, 'Cannot delete an event with associated categories']);
    await database.dataSource.query('DELETE FROM ticketing_tickets WHERE id = $1', [id]);
    await database.dataSource.manager.delete(TicketCategory, made.categoryId);
    expect(await remove()).toEqual([400, 'Cannot delete an event with associated sessions']);
    await database.dataSource.manager.delete(EventSession, made.sessionId);
    expect(await remove()).toEqual([200, 'not refused']);
    expect(await remove()).toEqual([404, 'Event not found']);
  });
});
