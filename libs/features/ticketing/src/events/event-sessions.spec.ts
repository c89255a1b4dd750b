import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callerOf } from '@gatehouse/users/testing';
import { CategorySession } from '../entities/ticket-category.entity.js';
import { hoursFromNow, refusalOf, TicketingDatabase } from '../testing/ticketing.js';
import { TicketsService } from '../tickets/tickets.service.js';
import { EventSessionsService } from './event-sessions.service.js';

let database: TicketingDatabase;
let sessions: EventSessionsService;
const admin = callerOf('admin');

beforeAll(async () => {
  database = await TicketingDatabase.start();
  sessions = database.get(EventSessionsService);
});
afterAll(() => database.stop());

const fields = (eventId: string, date = hoursFromNow(1)) => ({
  eventId,
  name: 'New session',
  date,
  quota: null,
  userQuota: null,
  disabled: false,
});

describe('a session', () => {
  it('is created and changed within the dates of its event', async () => {
    const { eventId } = await database.newEvent({ event: { closeDate: hoursFromNow(2) } });
    const early = [400, 'Session date cannot be before event open date'];
    const late = [400, 'Session date cannot be after event close date'];
    expect(await refusalOf(sessions.create(fields(eventId, hoursFromNow(-2)), admin))).toEqual(early);
    expect(await refusalOf(sessions.create(fields(eventId, hoursFromNow(3)), admin))).toEqual(late);
    const { id } = await sessions.create(fields(eventId), admin);
    expect(await refusalOf(sessions.update(id, { date: hoursFromNow(-2) }, admin))).toEqual(early);
    expect(await refusalOf(sessions.update(id, { date: hoursFromNow(3) }, admin))).toEqual(late);
    expect(await refusalOf(sessions.create(fields(uuidv7()), admin))).toEqual([404, 'Event not found']);
  });

  it('has a quota of at least the used places', async () => {
    const made = await database.newEvent();
    const buyer = await database.newCaller();
    for (let i = 0; i < 2; i++) await database.buy(made, buyer);
    expect(await refusalOf(sessions.update(made.sessionId, { quota: 1 }, admin))).toEqual([
      400,
      'Cannot set quota less than used quota',
    ]);
    expect(await sessions.update(made.sessionId, { quota: 2, name: 'Full' }, admin)).toMatchObject({
      name: 'Full',
      quota: 2,
      usedQuota: 2,
    });
  });

  it('is written by managers only', async () => {
    const made = await database.newEvent();
    const forbidden = [403, 'Insufficient permissions'];
    const stranger = await database.newManager(await database.newEvent());
    expect(await refusalOf(sessions.create(fields(made.eventId), stranger))).toEqual(forbidden);
    expect(await refusalOf(sessions.update(made.sessionId, { disabled: true }, stranger))).toEqual(forbidden);
    expect(await refusalOf(sessions.remove(made.sessionId, stranger))).toEqual(forbidden);
  });

  it('is deleted when nothing is used, then without categories, then without tickets', async () => {
    const made = await database.newEvent();
    await database.dataSource.manager.insert(CategorySession, made);
    const buyer = await database.newCaller();
    const { id } = await database.buy(made, buyer);
    const remove = () => refusalOf(sessions.remove(made.sessionId, admin));
    expect(await remove()).toEqual([400, 'Cannot delete a session with used quota']);
    await database.get(TicketsService).cancel(id, buyer);
    expect(await remove()).toEqual([400, 'Cannot delete a session with associated categories']);
    await database.dataSource.manager.delete(CategorySession, { sessionId: made.sessionId });
    expect(await remove()).toEqual([400, 'Cannot delete a session with associated tickets']);
    await database.dataSource.query('DELETE FROM ticketing_tickets WHERE id = $1', [id]);
    expect(await remove()).toEqual([200, 'not refused']);
    expect(await remove()).toEqual([404, 'Session not found']);
  });
});
