import { createDataSource, migrate, revertMigration } from '@gatehouse/database';
import { createTestDatabase } from '@gatehouse/testing';
import { expect, it } from 'vitest';
import { databaseOptions } from './database-options.js';

it('the migrations create the tables of the entities, and reverting all of them leaves nothing behind', async () => {
  const database = await createTestDatabase();
  const options = databaseOptions(database.url);
  const migrated = await migrate(options);
  const dataSource = await createDataSource(options).initialize();
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  expect(upQueries.map(({ query }) => query)).toEqual([]);

  for (const name of migrated.toReversed()) expect(await revertMigration(options)).toBe(name);
  const left: { name: string }[] = await dataSource.query(`
    SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v')
    UNION ALL SELECT nspname FROM pg_namespace WHERE nspname = 'jobs'
    UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
      AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')`);
  expect(left).toEqual([{ name: 'migrations' }]);
  await dataSource.destroy();
  await database.drop();
});
