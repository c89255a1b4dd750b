import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as uuidv7 } from 'uuid';
import type { Principal } from '@gatehouse/http';
import { callerOf, type TestFeatures } from '@gatehouse/users/testing';
import { TicketCategoriesService } from '../events/ticket-categories.service.js';
import { TicketCategory } from '../entities/ticket-category.entity.js';
import { EventsService } from '../events/events.service.js';
import { EventSession } from '../entities/event-session.entity.js';
import { EventSessionsService } from '../events/event-sessions.service.js';
import { countDeadlocks, findViolations, type Query } from '../testing/sold-places.js';
import { hoursFromNow, type Made, refusalOf, TicketingDatabase } from '../testing/ticketing.js';
import { ExpiredTickets } from './expired-tickets.js';
import { PurchaseService } from './purchase.service.js';
import { TicketPayments } from './ticket-payments.js';
import { TicketsService } from './tickets.service.js';

/** Set `OVERSELL_ROUNDS=100` for more rounds. */
const ROUNDS = Number(process.env['OVERSELL_ROUNDS'] ?? 2);
const BUYERS = 200;
const PLACES = { event: 60, category: 40, session: 35, user: 2 };
const REFUSALS = /^(User )?(event|category|session) quota exceeded$/i;

const admin = callerOf('admin');
const oneOf = <T>(items: readonly T[]): T => items[Math.floor(Math.random() * items.length)]!;

let database: TicketingDatabase;
let second: TestFeatures;

beforeAll(async () => {
  database = await TicketingDatabase.start();
  second = await database.another();
});
afterAll(async () => {
  await second.stop();
  await database.stop();
});

/** An event with few places, two sessions and two categories, one of them free. */
async function tightEvent(): Promise<Made[]> {
  const { manager } = database.dataSource;
  const userQuota = PLACES.user;
  const made = await database.newEvent({
    event: { quota: PLACES.event, userQuota },
    session: { quota: PLACES.session },
    category: { quota: PLACES.category },
  });
  const { eventId } = made;
  const [sessionId, categoryId] = [uuidv7(), uuidv7()];
  const date = hoursFromNow(1);
  await manager.insert(EventSession, { id: sessionId, eventId, name: 'B', date, quota: PLACES.session });
  const free = { name: 'Free', priceCents: 0, currency: 'EUR', quota: PLACES.category, userQuota: 1 };
  await manager.insert(TicketCategory, { id: categoryId, eventId, ...free });
  return [made, { ...made, sessionId }, { ...made, categoryId }, { ...made, sessionId, categoryId }];
}

const query: Query = (sql, parameters) => database.dataSource.query(sql, parameters);
const violations = (eventId: string): Promise<unknown[]> => findViolations(query, eventId);
const deadlocks = (): Promise<number> => countDeadlocks(query);

/** Random operations on tickets from two processes. */
class Chaos {
  readonly bought: { id: string; buyer: Principal }[] = [];

  constructor(private readonly targets: readonly Made[]) {}

  async step(buyer: Principal): Promise<void> {
    const services = oneOf([database.features, second]).context;
    const get = <T>(type: new (...dependencies: never[]) => T): T => services.get(type, { strict: false });
    const ticket = this.bought.length > 0 ? oneOf(this.bought) : undefined;
    const target = oneOf(this.targets);
    const chance = Math.random();
    if (chance < 0.6 || !ticket) {
      const { categoryId, sessionId } = target;
      const key = Math.random() < 0.3 ? `key-${Math.floor(Math.random() * 3)}` : undefined;
      return this.note(get(PurchaseService).buy({ categoryId, sessionId }, buyer, key), buyer);
    }
    if (chance < 0.75) return ignore(get(TicketsService).cancel(ticket.id, ticket.buyer));
    if (chance < 0.82) await database.letExpire(ticket.id);
    if (chance < 0.85) return void (await get(ExpiredTickets).sweep(10));
    if (chance < 0.95) return void (await pay(ticket.id));
    const quota = 20 + Math.floor(Math.random() * 40);
    if (chance < 0.97) return ignore(get(EventsService).update(target.eventId, { quota }, admin));
    if (chance < 0.99)
      return ignore(get(TicketCategoriesService).update(target.categoryId, { quota }, admin));
    return ignore(get(EventSessionsService).update(target.sessionId, { quota }, admin));
  }

  private async note(purchase: Promise<{ id: string }>, buyer: Principal): Promise<void> {
    const [status, text] = await refusalOf(purchase.then(({ id }) => void this.bought.push({ id, buyer })));
    if (status !== 200 && status !== 422 && status !== 503) expect(text).toMatch(REFUSALS);
  }
}

/** A violated business rule is a valid outcome; any other error is not. */
const ignore = async (work: Promise<unknown>): Promise<void> => void (await refusalOf(work));

function pay(reference: string): Promise<string> {
  const payment = { checkoutId: reference, reference, amountCents: 1500, currency: 'EUR' };
  return database.dataSource.transaction((manager) => database.get(TicketPayments).paid(payment, manager));
}

describe('never oversold', () => {
  it('sells exactly the available places to 200 concurrent buyers', async () => {
    const made = await database.newEvent({ event: { quota: 50 }, category: { priceCents: 0 } });
    const buyers = await Promise.all(Array.from({ length: BUYERS }, () => database.newCaller()));
    const before = await deadlocks();
    const answers = await Promise.all(buyers.map((buyer) => refusalOf(database.buy(made, buyer))));
    expect(answers.filter(([status]) => status === 200)).toHaveLength(50);
    expect(answers.filter(([, text]) => text === 'Event quota exceeded')).toHaveLength(BUYERS - 50);
    expect(await database.used(made)).toEqual([50, 50, 50]);
    expect(await deadlocks()).toBe(before);
  });

  it('sells a user no more than the user quota, however many requests overlap', async () => {
    const made = await database.newEvent({ session: { userQuota: 3 } });
    const buyer = await database.newCaller();
    const answers = await Promise.all(Array.from({ length: 40 }, () => refusalOf(database.buy(made, buyer))));
    expect(answers.filter(([status]) => status === 200)).toHaveLength(3);
    expect(await database.used(made)).toEqual([3, 3, 3]);
  });

  it('holds for random concurrent operations in two processes', { timeout: ROUNDS * 30_000 }, async () => {
    const buyers = await Promise.all(Array.from({ length: BUYERS }, () => database.newCaller()));
    const before = await deadlocks();
    for (let round = 0; round < ROUNDS; round++) {
      const targets = await tightEvent();
      const chaos = new Chaos(targets);
      for (let wave = 0; wave < 3; wave++) {
        await Promise.all(buyers.map((buyer) => chaos.step(buyer)));
        expect(await violations(targets[0]!.eventId)).toEqual([]);
      }
      expect(chaos.bought.length).toBeGreaterThan(0);
    }
    expect(await deadlocks()).toBe(before);
  });
});
