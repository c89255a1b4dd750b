import { afterAll, beforeAll, expect, it } from 'vitest';
import { callerOf } from '@gatehouse/users/testing';
import { TicketCategoriesService } from '../events/ticket-categories.service.js';
import { EventsService } from '../events/events.service.js';
import { EventSessionsService } from '../events/event-sessions.service.js';
import { TicketingDatabase } from '../testing/ticketing.js';
import { OrganisersService } from './organisers.service.js';

let database: TicketingDatabase;

beforeAll(async () => {
  database = await TicketingDatabase.start();
});
afterAll(() => database.stop());

it('every change returns what it wrote, despite concurrent writes', async () => {
  const made = await database.newEvent();
  const admin = callerOf('admin');
  const writes: ((name: string) => Promise<{ name: string }>)[] = [
    (name) => database.get(OrganisersService).update(made.organiserId, { name }),
    (name) => database.get(EventsService).update(made.eventId, { name }, admin),
    (name) => database.get(EventSessionsService).update(made.sessionId, { name }, admin),
    (name) => database.get(TicketCategoriesService).update(made.categoryId, { name }, admin),
  ];
  for (const write of writes) {
    const names = Array.from({ length: 15 }, (_, i) => `Name ${i}`);
    const answers = await Promise.all(names.map(write));
    expect(answers.map(({ name }) => name)).toEqual(names);
  }
});
