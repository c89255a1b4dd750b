import fc from 'fast-check';
import { DataSource, type EntityMetadata, Equal, IsNull, type ObjectLiteral } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { databaseOptions } from '@gatehouse/api';
import { createDataSource } from '@gatehouse/database';
import { TestApp } from '../support/test-app.js';

/** Types that PostgreSQL compares by `=`. */
const COMPARABLE = ['text', 'varchar', 'uuid', 'integer', 'smallint', 'boolean'];

let app: TestApp;
/** A plain data source of TypeORM. */
let usual: DataSource;

beforeAll(async () => {
  app = await TestApp.start();
  const { url } = app.dataSource.options as { url: string };
  usual = await new DataSource(createDataSource(databaseOptions(url, 2)).options).initialize();
});

afterAll(async () => {
  await usual?.destroy();
  await app?.stop();
});

/** A query of an entity: some columns, filtered by values of one of its rows, sorted by key, a part of the result. */
function queryOf({ columns, primaryColumns }: EntityMetadata, rows: ObjectLiteral[]) {
  const some = (names: string[]) => fc.subarray(names, { maxLength: Math.min(3, names.length) });
  const comparable = columns.filter(({ type }) => COMPARABLE.includes(type as string));
  const names = columns.map(({ propertyName }) => propertyName);
  return fc
    .record({
      row: fc.constantFrom({}, ...rows),
      filters: some(comparable.map(({ propertyName }) => propertyName)),
      selected: some(names),
      take: fc.option(fc.nat(5), { nil: undefined }),
      skip: fc.option(fc.nat(2), { nil: undefined }),
    })
    .map(({ row, filters, selected, take, skip }) => ({
      where: Object.fromEntries(
        filters
          .filter((name) => row[name] !== undefined)
          .map((name) => [name, row[name] === null ? IsNull() : Equal(row[name])]),
      ),
      select: selected.length > 0 ? Object.fromEntries(selected.map((name) => [name, true])) : undefined,
      order: Object.fromEntries(primaryColumns.map(({ propertyName }) => [propertyName, 'ASC' as const])),
      take,
      skip,
    }));
}

it('finds in every table what the repositories of TypeORM find', { timeout: 120_000 }, async () => {
  const { entityMetadatas } = app.dataSource;
  // needs: every-feature
  expect(entityMetadatas.length).toBeGreaterThan(10);
  // end
  for (const metadata of entityMetadatas) {
    const rows = await usual.getRepository(metadata.target).find({ take: 20 });
    await fc.assert(
      fc.asyncProperty(queryOf(metadata, rows), async (query) => {
        const answer = async (dataSource: DataSource) => {
          const repository = dataSource.getRepository(metadata.target);
          return [await repository.find(query), await repository.countBy(query.where)];
        };
        expect(await answer(app.dataSource)).toStrictEqual(await answer(usual));
      }),
      { numRuns: 20 },
    );
  }
});
