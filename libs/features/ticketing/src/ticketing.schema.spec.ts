import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TicketingDatabase } from './testing/ticketing.js';

let database: TicketingDatabase;

beforeAll(async () => {
  database = await TicketingDatabase.start();
});
afterAll(() => database.stop());

describe('the tables', () => {
  it('match the entities', async () => {
    const { upQueries } = await database.dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });
});
