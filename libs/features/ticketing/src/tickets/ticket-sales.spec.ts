import type { QueryRunner } from 'typeorm';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  type MockInstance,
  vi,
} from 'vitest';
import type { Principal } from '@gatehouse/http';
import { type Made, refusalOf, TicketingDatabase } from '../testing/ticketing.js';
import { TicketSales } from './ticket-sales.js';
import { TicketWriter } from './ticket-writer.js';

let database: TicketingDatabase;
let lock: QueryRunner;
let sell: MockInstance<TicketSales['sell']>;
let write: MockInstance<TicketWriter['write']>;

beforeAll(async () => {
  database = await TicketingDatabase.start();
});
afterAll(() => database?.stop());

beforeEach(() => {
  lock = database.dataSource.createQueryRunner();
  sell = vi.spyOn(database.get(TicketSales), 'sell');
  write = vi.spyOn(database.get(TicketWriter), 'write');
});
afterEach(async () => {
  if (lock.isTransactionActive) await lock.rollbackTransaction();
  await lock.release();
  sell.mockRestore();
  write.mockRestore();
});

/** Locks the row of the event: two sales wait, and all later purchases form the next batch. */
async function holdSales({ eventId }: Made): Promise<void> {
  await lock.startTransaction();
  await lock.query('SELECT FROM ticketing_events WHERE id = $1 FOR UPDATE', [eventId]);
}

/** Waits until this many purchases have passed the rules. */
const inLine = (count: number) => expect.poll(() => sell.mock.calls.length).toBe(count);
const batches = (): number[] => write.mock.calls.map(([orders]) => orders.length);
const newCallers = (count: number): Promise<Principal[]> =>
  Promise.all(Array.from({ length: count }, () => database.newCaller()));

/**
 * @returns the outcomes of the purchases, the first two of which were separate batches and the others the next one
 */
async function buyTogether(purchases: (() => Promise<unknown>)[], meanwhile?: () => Promise<void>) {
  const answers: Promise<[number, string]>[] = [];
  for (const purchase of purchases) {
    answers.push(refusalOf(purchase()));
    await inLine(answers.length);
  }
  await meanwhile?.();
  await lock.rollbackTransaction();
  return Promise.all(answers);
}

const SOLD = [200, 'not refused'];

describe('sales of one event', () => {
  it('that wait are combined into one transaction', async () => {
    const made = await database.newEvent({ event: { quota: 100 } });
    const buyers = await newCallers(12);
    await holdSales(made);
    const answers = await buyTogether(buyers.map((buyer) => () => database.buy(made, buyer)));
    expect(answers).toEqual(buyers.map(() => SOLD));
    expect(batches()).toEqual([1, 1, 10]);
    const [{ count }] = await database.dataSource.query(
      'SELECT count(DISTINCT xmin::text)::int AS count FROM ticketing_tickets WHERE event_id = $1',
      [made.eventId],
    );
    expect(count).toBe(3);
    expect(await database.used(made)).toEqual([12, 12, 12]);
  });

  it('refuse only invalid purchases, each with its own reason', async () => {
    const made = await database.newEvent({ event: { userQuota: 1 } });
    const elsewhere = await database.newEvent();
    const [greedy, reusing, leaving, good, keyed, last, goneKeyed] = (await newCallers(7)) as [
      Principal,
      ...Principal[],
    ];
    await holdSales(made);
    const answers = await buyTogether(
      [
        () => database.buy(made, greedy),
        () => database.buy(made, good!),
        () => database.buy(made, greedy),
        () => database.buy(made, reusing!, { key: 'twice' }),
        () => database.buy(made, leaving!),
        () => database.buy(made, keyed!, { key: 'once' }),
        () => database.buy(made, last!),
        () => database.buy(made, goneKeyed!, { key: 'gone' }),
      ],
      async () => {
        await database.buy(elsewhere, reusing!, { key: 'twice' });
        await database.dataSource.query('DELETE FROM users WHERE id IN ($1, $2)', [
          leaving!.id,
          goneKeyed!.id,
        ]);
      },
    );
    expect(answers).toEqual([
      SOLD,
      SOLD,
      [400, 'User event quota exceeded'],
      [422, expect.any(String)],
      [404, `User ${leaving!.id} not found`],
      SOLD,
      SOLD,
      [404, `User ${goneKeyed!.id} not found`],
    ]);
    expect(await database.used(made)).toEqual([4, 4, 4]);
    expect(await database.used(elsewhere)).toEqual([1, 1, 1]);
    expect((await database.buy(made, keyed!, { key: 'once' })).userId).toBe(keyed!.id);
  });

  it('sell the last places in order of arrival', async () => {
    const made = await database.newEvent({ category: { quota: 3 } });
    const buyers = await newCallers(6);
    await holdSales(made);
    const answers = await buyTogether(buyers.map((buyer) => () => database.buy(made, buyer)));
    const refused = [400, 'Category quota exceeded'];
    expect(answers).toEqual([SOLD, SOLD, SOLD, refused, refused, refused]);
    expect(await database.used(made)).toEqual([3, 3, 3]);
  });

  it('contain one order per buyer in a batch', async () => {
    const made = await database.newEvent();
    const [first, second, other, buyer] = (await newCallers(4)) as [
      Principal,
      Principal,
      Principal,
      Principal,
    ];
    await holdSales(made);
    const all = [first, second, buyer, buyer, other].map((caller) => () => database.buy(made, caller));
    expect(await buyTogether(all)).toEqual(all.map(() => SOLD));
    const together = write.mock.calls.map(([orders]) => orders.map(({ userId }) => userId));
    for (const userIds of together) expect(new Set(userIds).size).toBe(userIds.length);
  });

  it('are not retried when the connection is lost, since the COMMIT may have succeeded', async () => {
    const made = await database.newEvent();
    const buyers = await newCallers(4);
    await holdSales(made);
    const purchases = buyers.map((buyer) => database.buy(made, buyer));
    const ends = Promise.allSettled(purchases);
    await inLine(4);
    const waiting = `datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%INSERT INTO ticketing_tickets%'`;
    await expect.poll(() => lock.query(`SELECT 1 FROM pg_stat_activity WHERE ${waiting}`)).toHaveLength(2);
    await lock.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${waiting}`);
    await expect.poll(() => batches().length).toBe(3);
    await lock.rollbackTransaction();
    expect((await ends).filter(({ status }) => status === 'rejected')).toHaveLength(2);
    expect(batches()).toEqual([1, 1, 2]);
    expect(await database.used(made)).toEqual([2, 2, 2]);
  });
});
