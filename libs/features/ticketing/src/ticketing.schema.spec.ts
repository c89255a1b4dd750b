import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CreateTicketing1760000000011 } from './migrations/1760000000011-create-ticketing.js';
import { TicketingDatabase } from './testing/ticketing.js';

let database: TicketingDatabase;

beforeAll(async () => {
  database = await TicketingDatabase.start();
});
afterAll(() => database.stop());

describe('the tables', () => {
  it('are what the entities say', async () => {
    const { upQueries } = await database.dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('are gone when the migrations are undone', async () => {
    const runner = database.dataSource.createQueryRunner();
    await runner.startTransaction();
    await new CreateTicketing1760000000011().down(runner);
    const left = await runner.query(
      `SELECT relname AS name FROM pg_class WHERE relname LIKE 'ticketing%'
       UNION SELECT proname FROM pg_proc WHERE proname LIKE 'ticketing%'`,
    );
    await runner.rollbackTransaction();
    await runner.release();
    expect(left).toEqual([]);
  });
});
