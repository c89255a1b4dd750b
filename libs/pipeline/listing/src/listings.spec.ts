import { Environment } from '@gatehouse/config';
import { createDataSource } from '@gatehouse/database';
import type { Problem } from '@gatehouse/http';
import { createTestDatabase, TestDatabase } from '@gatehouse/testing';
import fc from 'fast-check';
import { Column, DataSource, Entity, PrimaryColumn } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CursorCodec } from './cursor.codec.js';
import type { CursorPageOf } from './cursor-page.js';
import { Listings, ListingOptions } from './listings.js';
import type { ListRequest } from './list-query.js';
import type { PageOf } from './page.js';

@Entity('things')
class Thing {
  @PrimaryColumn('integer')
  id: number;

  @Column('integer', { nullable: true })
  score: number | null;

  @Column('text')
  name: string;

  @Column('text', { nullable: true })
  nick: string | null;

  @Column('timestamptz')
  seenAt: Date;
}

interface ThingRow {
  score: number | null;
  name: string;
  nick: string | null;
  seenAt: string;
}

const unique = { by: 'thing.id', type: 'integer' };
const options: ListingOptions = {
  keys: {
    id: unique,
    score: { by: 'thing.score', type: 'integer', nullable: true },
    name: { by: 'thing.name', type: 'text' },
    nick: { by: 'thing.nick', type: 'text', nullable: true },
    seenAt: { by: 'thing.seenAt', type: 'timestamptz' },
  },
  unique,
  defaultSort: 'id',
};
const columns = { id: 'id', score: 'score', name: 'name', nick: 'nick', seenAt: 'seen_at' } as const;
type SortName = keyof typeof columns;

let database: TestDatabase;
let dataSource: DataSource;
const listings = new Listings(new CursorCodec(new Environment()));

beforeAll(async () => {
  database = await createTestDatabase();
  dataSource = await createDataSource({ url: database.url, entities: [Thing] }).initialize();
  await dataSource.query(
    'CREATE TABLE things (id int PRIMARY KEY, score int, name text NOT NULL, nick text, seen_at timestamptz NOT NULL)',
  );
});

afterAll(async () => {
  await dataSource?.destroy();
  await database?.drop();
});

beforeEach(() => dataSource.query('TRUNCATE things'));

async function insert(things: readonly ThingRow[], firstId = 1, step = 1): Promise<void> {
  const rows = things.map((thing, i) => ({ ...thing, id: firstId + i * step }));
  await dataSource.query(
    `INSERT INTO things SELECT id, score, name, nick, "seenAt" FROM
     json_to_recordset($1) AS t(id int, score int, name text, nick text, "seenAt" timestamptz)`,
    [JSON.stringify(rows)],
  );
}

const list = (request: ListRequest, filter?: (rows: ReturnType<typeof select>) => void) => {
  const rows = select();
  filter?.(rows);
  return listings.list(rows, request, options);
};
const select = () => dataSource.createQueryBuilder(Thing, 'thing');
const byCursor = (request: ListRequest, filter?: (rows: ReturnType<typeof select>) => void) =>
  list(request, filter) as Promise<CursorPageOf<Thing>>;
const byPage = (request: ListRequest) => list(request) as Promise<PageOf<Thing>>;
const idsOf = ({ items }: { items: Thing[] }) => items.map(({ id }) => id);

/** The same sort in handwritten SQL. */
async function sortedIds(sort: string): Promise<number[]> {
  const parts = sort.split(',');
  const last = parts.at(-1)!.startsWith('-') ? 'DESC' : 'ASC';
  const order = parts.map((part) => {
    const name = part.replace('-', '') as SortName;
    return `${columns[name]} ${part.startsWith('-') ? 'DESC' : 'ASC'} NULLS LAST`;
  });
  const rows = await dataSource.query<{ id: number }[]>(
    `SELECT id FROM things ORDER BY ${order.join(', ')}, id ${last}`,
  );
  return rows.map(({ id }) => id);
}

async function walk(
  sort: string,
  limit: number,
  between: () => Promise<void> = async () => {},
): Promise<number[]> {
  const seen: number[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: CursorPageOf<Thing> = await byCursor({ cursor, limit, sort });
    expect(page.hasNext).toBe(page.nextCursor !== null);
    if (page.hasNext) expect(page.items).toHaveLength(limit);
    seen.push(...idsOf(page));
    cursor = page.nextCursor;
    await between();
  }
  return seen;
}

const things = fc.array(
  fc.record<ThingRow>({
    score: fc.option(fc.integer({ min: -2, max: 2 })),
    name: fc.constantFrom('a', 'B', 'b', '', 'é', "o'x", '\\', '\u{1f600}'),
    nick: fc.option(fc.constantFrom('x', 'y')),
    seenAt: fc
      .integer({ min: 0, max: 20 })
      .map((us) => `2026-01-01T00:00:00.0000${String(us).padStart(2, '0')}Z`),
  }),
  { maxLength: 40 },
);
const sorts = fc
  .uniqueArray(fc.constantFrom<SortName>('id', 'score', 'name', 'nick', 'seenAt'), {
    minLength: 1,
    maxLength: 3,
  })
  .chain((names) =>
    fc.tuple(...names.map((name) => fc.boolean().map((isDown) => (isDown ? `-${name}` : name)))),
  )
  .map((parts) => parts.join(','));

describe('Listings by cursor', () => {
  it('returns exactly the rows of one sorted query, with ties, nulls and microseconds', async () => {
    await fc.assert(
      fc.asyncProperty(things, sorts, fc.integer({ min: 1, max: 7 }), async (rows, sort, limit) => {
        await dataSource.query('TRUNCATE things');
        await insert(rows);
        expect(await walk(sort, limit)).toEqual(await sortedIds(sort));
      }),
      { numRuns: 150 },
    );
  });

  it('returns each row that exists throughout once, despite concurrent inserts', async () => {
    await fc.assert(
      fc.asyncProperty(things, things, sorts, async (rows, added, sort) => {
        await dataSource.query('TRUNCATE things');
        await insert(rows, 2, 2);
        let next = 0;
        const seen = await walk(sort, 3, async () => {
          await insert(added.slice(next, next + 2), next * 2 + 1, 2);
          next += 2;
        });
        expect(new Set(seen).size).toBe(seen.length);
        const expected = (await sortedIds(sort)).filter((id) => id % 2 === 0);
        expect(seen.filter((id) => id % 2 === 0)).toEqual(expected);
      }),
      { numRuns: 80 },
    );
  });

  it('continues at the position of a deleted row', async () => {
    await insert(many(6));
    const { nextCursor } = await byCursor({ cursor: '', limit: 3 });
    await dataSource.query('DELETE FROM things WHERE id IN (3, 4)');
    expect(idsOf(await byCursor({ cursor: nextCursor!, limit: 3 }))).toEqual([5, 6]);
  });

  it('has no next page after the last full one', async () => {
    await insert(many(4));
    const first = await byCursor({ cursor: '', limit: 2 });
    const last = await byCursor({ cursor: first.nextCursor!, limit: 2 });
    expect(last).toMatchObject({ hasNext: false, nextCursor: null });
    expect(idsOf(last)).toEqual([3, 4]);
  });

  it('refuses every modified cursor', async () => {
    await insert(many(3));
    const { nextCursor } = await byCursor({ cursor: '', limit: 1, sort: 'name' });
    await fc.assert(
      fc.asyncProperty(
        fc.nat(nextCursor!.length - 1),
        fc.constantFrom(...'AZaz09-_.=~ '),
        async (at, char) => {
          fc.pre(nextCursor![at] !== char);
          const changed = nextCursor!.slice(0, at) + char + nextCursor!.slice(at + 1);
          await expectRefusal(byCursor({ cursor: changed, limit: 1, sort: 'name' }), 'cursor');
        },
      ),
    );
    for (const cursor of [
      'x',
      '0',
      `${nextCursor}=`,
      `${nextCursor}A`,
      nextCursor!.slice(0, -1),
      '💥',
      'null',
    ]) {
      await expectRefusal(byCursor({ cursor, limit: 1, sort: 'name' }), 'cursor');
    }
  });

  it('refuses a cursor of another sort, other filters or another key', async () => {
    await insert(many(3));
    const { nextCursor } = await byCursor({ cursor: '', limit: 1, sort: 'name' });
    const cursor = nextCursor!;
    await expectRefusal(byCursor({ cursor, limit: 1, sort: '-name' }), 'cursor');
    await expectRefusal(byCursor({ cursor, limit: 1 }), 'cursor');
    const filtered = (rows: ReturnType<typeof select>) => rows.where('thing.id > :id', { id: 0 });
    await expectRefusal(byCursor({ cursor, limit: 1, sort: 'name' }, filtered), 'cursor');
    const elsewhere = Object.assign(new Environment(), { JWT_SECRET: 'another' });
    const others = new Listings(new CursorCodec(elsewhere));
    await expectRefusal(others.list(select(), { cursor, limit: 1, sort: 'name' }, options), 'cursor');
    expect((await byCursor({ cursor, limit: 2, sort: 'name' })).items).toHaveLength(2);
  });
});

describe('Listings by page', () => {
  it('counts all rows and returns the page', async () => {
    await insert(many(25));
    expect(await byPage({ page: 1, pageSize: 10 })).toMatchObject({
      total: 25,
      totalPages: 3,
      hasNext: true,
    });
    const last = await byPage({ page: 3, pageSize: 10 });
    expect(last).toMatchObject({ total: 25, page: 3, pageSize: 10, totalPages: 3, hasNext: false });
    expect(idsOf(last)).toEqual([21, 22, 23, 24, 25]);
  });

  it('is empty beyond the end, however far', async () => {
    await insert(many(3));
    for (const page of [2, 1_000_000_000, 2_147_483_647]) {
      const answer = await byPage({ page, pageSize: 100 });
      expect(answer).toEqual({ items: [], total: 3, page, pageSize: 100, totalPages: 1, hasNext: false });
    }
  });

  it('is empty without rows', async () => {
    expect(await byPage({ page: 1, pageSize: 10 })).toMatchObject({
      items: [],
      total: 0,
      totalPages: 0,
      hasNext: false,
    });
  });

  it('returns pages of one sorted query', async () => {
    await fc.assert(
      fc.asyncProperty(things, sorts, async (rows, sort) => {
        await dataSource.query('TRUNCATE things');
        await insert(rows);
        const expected = await sortedIds(sort);
        expect(idsOf(await byPage({ page: 2, pageSize: 5, sort }))).toEqual(expected.slice(5, 10));
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    'nope',
    'name,nope',
    '--name',
    'name,-name',
    '',
    ',',
    'name,',
    'toString',
    '__proto__',
    'id,score,name,nick',
  ])('refuses the sort %j', async (sort) => {
    await expectRefusal(byPage({ page: 1, pageSize: 10, sort }), 'sort');
  });
});

function many(count: number): ThingRow[] {
  return Array.from({ length: count }, () => ({
    score: 1,
    name: 'a',
    nick: null,
    seenAt: '2026-01-01T00:00:00Z',
  }));
}

async function expectRefusal(answer: Promise<unknown>, path: string): Promise<void> {
  const error = await answer.then(
    () => undefined,
    (problem: Problem) => problem,
  );
  expect(error?.getStatus()).toBe(422);
  expect(error?.errors).toMatchObject([{ path }]);
}
