import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Made, TicketingDatabase } from '../testing/ticketing.js';

let database: TicketingDatabase;
let userId: string;

beforeAll(async () => {
  database = await TicketingDatabase.start();
});
afterAll(() => database?.stop());
beforeEach(async () => {
  userId = (await database.newCaller()).id;
});

/** The SELECT of a number of tickets for an INSERT. */
const tickets = ({ eventId, sessionId, categoryId }: Made, count: number, status = 'confirmed'): string => `
  SELECT gen_random_uuid(), '${userId}'::uuid, '${eventId}'::uuid, '${sessionId}'::uuid, '${categoryId}'::uuid, 0,
    'EUR', '${status}', now(), 'secret' FROM generate_series(1, ${count})`;
const insert = (...selects: string[]): string => `
  INSERT INTO ticketing_tickets
    (id, user_id, event_id, session_id, category_id, price_cents, currency, status, expires_at, secret)
  ${selects.join(' UNION ALL ')}`;
const update = ({ eventId }: Made, set: string): string =>
  `UPDATE ticketing_tickets SET ${set} WHERE event_id = '${eventId}'`;
const run = (sql: string): Promise<unknown> => database.dataSource.query(sql);

describe('the counters', () => {
  it('count the tickets of one statement that hold a place, even of several events', async () => {
    const [one, two] = [await database.newEvent(), await database.newEvent()];
    await run(insert(tickets(one, 3), tickets(two, 2, 'pending'), tickets(one, 4, 'expired')));
    expect(await database.used(one)).toEqual([3, 3, 3]);
    expect(await database.used(two)).toEqual([2, 2, 2]);
  });

  it('count each category and session separately', async () => {
    const [one, other] = [await database.newEvent(), await database.newEvent()];
    await run(insert(tickets(one, 3), tickets({ ...one, categoryId: other.categoryId }, 2)));
    expect(await database.used(one)).toEqual([5, 3, 5]);
    expect(await database.used(other)).toEqual([0, 2, 0]);
  });

  it('follow the tickets that one statement changes, in both directions at once', async () => {
    const made = await database.newEvent();
    await run(insert(tickets(made, 3), tickets(made, 2, 'expired'), tickets(made, 1, 'cancelled')));
    await run(
      update(
        made,
        `status = CASE status WHEN 'confirmed' THEN 'cancelled' WHEN 'expired' THEN 'confirmed' ELSE status END`,
      ),
    );
    expect(await database.used(made)).toEqual([2, 2, 2]);
    await run(
      update(made, `scan_count = 1, status = CASE status WHEN 'confirmed' THEN 'pending' ELSE status END`),
    );
    expect(await database.used(made)).toEqual([2, 2, 2]);
    await run(`DELETE FROM ticketing_tickets WHERE event_id = '${made.eventId}'`);
    expect(await database.used(made)).toEqual([0, 0, 0]);
  });

  it('refuse the whole statement when one place is too many', async () => {
    const made = await database.newEvent({ session: { quota: 4 } });
    await run(insert(tickets(made, 4)));
    await expect(run(insert(tickets(made, 1)))).rejects.toMatchObject({ constraint: 'ticketing_no_place' });
    await run(update(made, `status = 'cancelled'`));
    await expect(run(insert(tickets(made, 5)))).rejects.toMatchObject({ constraint: 'ticketing_no_place' });
    expect(await database.used(made)).toEqual([0, 0, 0]);
  });

  it('refuse a statement that gives one of its users too many', async () => {
    const made = await database.newEvent({ category: { userQuota: 2 } });
    const first = tickets(made, 2);
    userId = (await database.newCaller()).id;
    await expect(run(insert(first, tickets(made, 3)))).rejects.toMatchObject({
      constraint: 'ticketing_no_place',
    });
    await run(insert(first, tickets(made, 2)));
    expect(await database.used(made)).toEqual([4, 4, 4]);
  });

  it('can handle any number of tickets left behind by an account', async () => {
    const made = await database.newEvent();
    await database.dataSource.transaction(async (manager) => {
      await manager.query(insert(tickets(made, 12_000)));
      // Each plan is made for one row, and cached.
      await manager.query('DISCARD PLANS');
      const { id } = await database.newCaller();
      await manager.query(`UPDATE ticketing_tickets SET user_id = '${id}' WHERE id = (
        SELECT id FROM ticketing_tickets WHERE user_id = '${userId}' LIMIT 1)`);
      await manager.query(`DELETE FROM users WHERE id = '${userId}'`);
    });
    expect(await database.used(made)).toEqual([12_000, 12_000, 12_000]);
  });

  it('get one new version per batch', async () => {
    const made = await database.newEvent();
    const updated = `pg_stat_get_xact_tuples_updated('ticketing_events'::regclass)`;
    expect(await growthOf(updated, [insert(tickets(made, 40))])).toBe(1);
  });

  it('do not scan the tickets of an event that the statistics do not cover', async () => {
    await run(`ALTER TABLE ticketing_tickets SET (autovacuum_enabled = false)`);
    const [known, unknown] = [
      await database.newEvent(),
      await database.newEvent({ event: { userQuota: 1000 } }),
    ];
    // Many users with ten tickets each, so that an event without statistics looks cheaper to the planner.
    await run(`
      INSERT INTO users (id, username, email, password_hash)
      SELECT gen_random_uuid(), 'one-of-many-' || n, 'one-of-many-' || n || '@example.com', '-'
      FROM generate_series(1, 500) n`);
    const toEach = ({ eventId, sessionId, categoryId }: Made): string =>
      insert(`
        SELECT gen_random_uuid(), id, '${eventId}', '${sessionId}', '${categoryId}', 0, 'EUR', 'confirmed', now(), 'x'
        FROM users, generate_series(1, 10) WHERE username LIKE 'one-of-many-%'`);
    await run(toEach(known));
    await run('ANALYZE ticketing_tickets');
    await run(toEach(unknown));
    const read = `(
      SELECT sum(pg_stat_get_xact_tuples_returned(indexrelid)) FROM pg_index
      WHERE indrelid = 'ticketing_tickets'::regclass)`;
    const purchases = Array.from({ length: 10 }, () => insert(tickets(unknown, 1)));
    expect(await growthOf(read, purchases)).toBeLessThan(200);
  });
});

/** Increase of a PostgreSQL statistic of the connection during statements. */
function growthOf(figure: string, statements: string[]): Promise<number> {
  return database.dataSource.transaction(async (manager) => {
    const read = async () =>
      Number((await manager.query<{ now: string }[]>(`SELECT ${figure} AS now`))[0]!.now);
    const before = await read();
    for (const statement of statements) await manager.query(statement);
    return (await read()) - before;
  });
}
