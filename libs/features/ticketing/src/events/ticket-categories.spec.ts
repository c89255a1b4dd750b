import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Group } from '@gatehouse/groups';
import type { CursorPageOf } from '@gatehouse/listing';
import { callerOf } from '@gatehouse/users/testing';
import { refusalOf, TicketingDatabase } from '../testing/ticketing.js';
import { TicketsService } from '../tickets/tickets.service.js';
import type { TicketCategoryDto } from './category.dto.js';
import { TicketCategoriesService } from './ticket-categories.service.js';

let database: TicketingDatabase;
let categories: TicketCategoriesService;
const admin = callerOf('admin');

beforeAll(async () => {
  database = await TicketingDatabase.start();
  categories = database.get(TicketCategoriesService);
});
afterAll(() => database.stop());

const fields = (eventId: string, changes: object = {}) => ({
  eventId,
  name: 'New category',
  priceCents: 0,
  currency: 'EUR',
  quota: null,
  userQuota: null,
  disabled: false,
  requiredGroupId: null,
  sessionIds: [],
  ...changes,
});

describe('a category', () => {
  it('is sold for sessions of its own event', async () => {
    const [made, other] = [await database.newEvent(), await database.newEvent()];
    const unknown = [404, 'One or more sessions not found'];
    for (const sessionId of [other.sessionId, uuidv7()]) {
      const sessionIds = [made.sessionId, sessionId];
      expect(await refusalOf(categories.create(fields(made.eventId, { sessionIds }), admin))).toEqual(
        unknown,
      );
      expect(await refusalOf(categories.update(made.categoryId, { sessionIds }, admin))).toEqual(unknown);
    }
    expect(await refusalOf(categories.create(fields(uuidv7()), admin))).toEqual([404, 'Event not found']);
  });

  it('is changed with its sessions', async () => {
    const made = await database.newEvent();
    const update = (changes: object) => categories.update(made.categoryId, changes, admin);
    expect(await update({ sessionIds: [made.sessionId], priceCents: 7 })).toMatchObject({
      sessionIds: [made.sessionId],
      priceCents: 7,
    });
    expect((await update({ name: 'Renamed' })).sessionIds).toEqual([made.sessionId]);
    expect((await update({ sessionIds: [] })).sessionIds).toEqual([]);
  });

  it('has a quota of at least the used places', async () => {
    const made = await database.newEvent();
    const buyer = await database.newCaller();
    for (let i = 0; i < 2; i++) await database.buy(made, buyer);
    expect(await refusalOf(categories.update(made.categoryId, { quota: 1 }, admin))).toEqual([
      400,
      'Cannot set quota less than used quota',
    ]);
    expect((await categories.update(made.categoryId, { quota: 2 }, admin)).usedQuota).toBe(2);
  });

  it('is written by managers only', async () => {
    const made = await database.newEvent();
    const forbidden = [403, 'Insufficient permissions'];
    const stranger = await database.newManager(await database.newEvent());
    expect(await refusalOf(categories.create(fields(made.eventId), stranger))).toEqual(forbidden);
    expect(await refusalOf(categories.update(made.categoryId, { quota: 1 }, stranger))).toEqual(forbidden);
    expect(await refusalOf(categories.remove(made.categoryId, stranger))).toEqual(forbidden);
  });

  it('is deleted only without used places, then without tickets, regardless of its sessions', async () => {
    const made = await database.newEvent();
    await categories.update(made.categoryId, { sessionIds: [made.sessionId] }, admin);
    const buyer = await database.newCaller();
    const { id } = await database.buy(made, buyer);
    const remove = () => refusalOf(categories.remove(made.categoryId, admin));
    expect(await remove()).toEqual([400, 'Cannot delete a category with used quota']);
    await database.get(TicketsService).cancel(id, buyer);
    expect(await remove()).toEqual([400, 'Cannot delete a category with associated tickets']);
    await database.dataSource.query('DELETE FROM ticketing_tickets WHERE id = $1', [id]);
    expect(await remove()).toEqual([200, 'not refused']);
    expect(await remove()).toEqual([404, 'Category not found']);
  });
});

describe('the listings', () => {
  const PAGE = { page: 1, pageSize: 10, validateTogether: () => [] };
  const query = { ...PAGE, displayAll: false };

  it('hide categories of a group that the caller is not in, unless all are requested', async () => {
    const requiredGroupId = uuidv7();
    await database.dataSource.manager.insert(Group, {
      id: requiredGroupId,
      name: 'Inner circle',
      nameKey: 'inner circle',
    });
    const [member, other] = [await database.newCaller(), await database.newCaller()];
    await database.dataSource.query('INSERT INTO group_members (group_id, user_id) VALUES ($1, $2)', [
      requiredGroupId,
      member.id,
    ]);
    const made = await database.newEvent();
    const closed = await categories.create(fields(made.eventId, { requiredGroupId }), admin);
    const listing = database.get(TicketCategoriesService);
    const shown = async (displayAll: boolean, caller: typeof member) => {
      const lists = [
        await listing.listOfEvent(made.eventId, { ...PAGE, displayAll }, caller),
        await listing.listOfSession(made.sessionId, { ...PAGE, displayAll }, caller),
      ];
      return lists.map(({ items }) => items.map(({ id }) => id));
    };
    const all = [made.categoryId, closed.id];
    expect(await shown(false, other)).toEqual([[made.categoryId], [made.categoryId]]);
    expect(await shown(false, member)).toEqual([all, all]);
    expect(await shown(true, other)).toEqual([all, all]);
  });

  it('of a session are those sold for it', async () => {
    const made = await database.newEvent();
    const [caller, listing] = [await database.newCaller(), database.get(TicketCategoriesService)];
    const other = await database.newEvent();
    await database.dataSource.query('UPDATE ticketing_sessions SET event_id = $1 WHERE id = $2', [
      made.eventId,
      other.sessionId,
    ]);
    await categories.update(made.categoryId, { sessionIds: [other.sessionId] }, admin);
    expect(await listing.listOfSession(made.sessionId, query, caller)).toMatchObject({ items: [], total: 0 });
    expect(await listing.listOfSession(other.sessionId, query, caller)).toMatchObject({
      items: [{ id: made.categoryId, sessionIds: [other.sessionId] }],
    });
    expect(await refusalOf(listing.listOfSession(uuidv7(), query, caller))).toEqual([
      404,
      'Session not found',
    ]);
    expect(await refusalOf(listing.listOfEvent(uuidv7(), query, caller))).toEqual([404, 'Event not found']);
  });

  it('are listed in pages, by number or by cursor, in the requested order', async () => {
    const { eventId, categoryId } = await database.newEvent();
    for (const [name, priceCents] of [['B', 200] as const, ['A', 100] as const])
      await categories.create(fields(eventId, { name, priceCents }), admin);
    const listing = database.get(TicketCategoriesService);
    const list = (asked: object) => listing.listOfEvent(eventId, { ...query, ...asked }, admin);
    const first = { page: undefined, pageSize: undefined, sort: 'name', limit: 2, cursor: '' };
    const start = (await list(first)) as CursorPageOf<TicketCategoryDto>;
    expect(start.items.map(({ name }) => name)).toEqual(['A', 'B']);
    const rest = await list({ ...first, cursor: start.nextCursor });
    expect(rest).toMatchObject({ items: [{ id: categoryId }], nextCursor: null, hasNext: false });
    expect(await list({ page: 2, pageSize: 2, sort: '-priceCents' })).toMatchObject({
      items: [{ name: 'A' }],
      total: 3,
      totalPages: 2,
    });
  });
});
