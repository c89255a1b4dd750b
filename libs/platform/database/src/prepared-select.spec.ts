import fc from 'fast-check';
import {
  Any,
  Between,
  Brackets,
  Column,
  CreateDateColumn,
  DataSource,
  DeleteDateColumn,
  Entity,
  type FindOptionsOrder,
  type FindOptionsWhere,
  In,
  IsNull,
  JoinColumn,
  Like,
  type Logger,
  ManyToOne,
  MoreThan,
  Not,
  PrimaryColumn,
  QueryFailedError,
  Raw,
  SelectQueryBuilder,
} from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, TestDatabase } from '@gatehouse/testing';
import { createDataSource } from './data-source.js';

class Size {
  @Column('integer', { nullable: true }) width: number | null;
  @Column('numeric', { precision: 4, scale: 1, transformer: { to: String, from: Number } }) weight: number;
}

@Entity('makers')
class Maker {
  @PrimaryColumn('integer') id: number;
}

@Entity('things')
class Thing {
  @PrimaryColumn('integer') id: number;
  @Column('text') name: string;
  @Column('text', { nullable: true }) colour: string | null;
  @Column('bigint') serial: string;
  @Column('boolean') isOld: boolean;
  @Column('text', { array: true }) tags: string[];
  @Column('jsonb', { nullable: true }) data: object | null;
  @Column('bytea') bytes: Buffer;
  @Column('date') day: string;
  @Column('time') time: string;
  @Column('timestamp') local: Date;
  @Column('simple-array') list: string[];
  @Column('text', { select: false }) secret: string;
  @Column(() => Size) size: Size;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
  @DeleteDateColumn({ type: 'timestamptz' }) deletedAt: Date | null;
  @ManyToOne(() => Maker) @JoinColumn() maker: Maker;

  get title(): string {
    return this.name.toUpperCase();
  }
}

type Build = (builder: SelectQueryBuilder<Thing>) => unknown;

/** A part of a query that has a value. */
function valued<V>(values: fc.Arbitrary<V>, build: (things: SelectQueryBuilder<Thing>, value: V) => unknown) {
  return values.map(
    (value): Build =>
      (things) =>
        build(things, value),
  );
}

const ids = fc.array(fc.nat(40), { minLength: 1, maxLength: 4 });
const few = fc.nat(8);

/** Parts of a query, any of which go together. */
const parts: fc.Arbitrary<Build>[] = [
  valued(fc.nat(30), (things, least) => things.andWhere('thing.id > :least', { least })),
  valued(fc.nat(30), (things, id) => things.andWhere({ id: MoreThan(id) })),
  valued(ids, (things, value) => things.andWhere('thing.id IN (:...ids)', { ids: value })),
  valued(ids, (things, any) => things.andWhere('(thing.id = ANY(:any) OR thing.isOld)', { any })),
  valued(fc.constantFrom('red', 'blue', null), (things, colour) =>
    things.andWhere('thing.colour IS NOT DISTINCT FROM :colour', { colour }),
  ),
  valued(fc.constantFrom('red', 'blue'), (things, colour) =>
    things.andWhere(
      new Brackets((either) => either.where({ colour }).orWhere('thing.size.width = :width', { width: 3 })),
    ),
  ),
  valued(fc.constantFrom('name', 'colour', 'size.width'), (things, column) =>
    things.addOrderBy(`thing.${column}`, 'DESC', column === 'colour' ? 'NULLS LAST' : undefined),
  ),
  valued(few, (things, limit) => things.limit(limit)),
  valued(few, (things, offset) => things.offset(offset)),
  valued(few, (things, take) => things.take(take)),
  valued(few, (things, skip) => things.skip(skip)),
  fc.constant((things) => things.orWhere({ colour: IsNull(), tags: Raw((column) => `${column} <> '{}'`) })),
  fc.constant((things) => things.addSelect('thing.secret')),
  fc.constant((things) => things.addSelect('CAST(thing.createdAt AS text)', 'position')),
  fc.constant((things) => things.select(['thing.colour', 'thing.size.weight'])),
  fc.constant((things) => things.select('thing.colour')),
  fc.constant((things) => things.withDeleted()),
  fc.constant((things) => things.leftJoinAndSelect('thing.maker', 'maker')),
  fc.constant((things) => things.distinct()),
];

const findOptions = fc.record(
  {
    where: fc.constantFrom<(FindOptionsWhere<Thing> | FindOptionsWhere<Thing>[])[]>(
      { id: In([1, 2, 3]) },
      { id: In([4, 5]), isOld: true },
      [{ name: Like('%1%') }, { id: Between(3, 9), colour: Not(IsNull()) }],
      { size: { width: Any([1, 2]) } },
      { maker: { id: 1 } },
    ),
    order: fc.constantFrom<FindOptionsOrder<Thing>[]>(
      { id: 'DESC' },
      { colour: { direction: 'ASC', nulls: 'first' } },
    ),
    select: fc.constantFrom({ name: true }, { colour: true, size: { weight: true } }),
    take: fc.nat(8),
    skip: fc.nat(8),
    withDeleted: fc.boolean(),
    relations: fc.constant({ maker: true }),
  },
  { requiredKeys: [] },
);

describe('PreparedSelectQueryBuilder', () => {
  let database: TestDatabase;
  let prepared: DataSource;
  /** TypeORM's own. */
  let usual: DataSource;

  beforeAll(async () => {
    database = await createTestDatabase();
    const options = { url: database.url, entities: [Thing, Maker], poolSize: 2 };
    prepared = await createDataSource(options).initialize();
    usual = await new DataSource(createDataSource(options).options).initialize();
    await prepared.query(`
      CREATE TABLE makers (id integer PRIMARY KEY);
      INSERT INTO makers VALUES (1), (2);
      CREATE TABLE things (
        id integer PRIMARY KEY, name text, colour text, serial bigint, is_old boolean, tags text[], data jsonb,
        bytes bytea, day date, time time, local timestamp, list text, secret text, size_width integer,
        size_weight numeric(4, 1), created_at timestamptz, deleted_at timestamptz, maker_id integer
      );
      INSERT INTO things
      SELECT n, 'thing ' || n, (ARRAY['red', 'blue', NULL])[n % 3 + 1], 9007199254740993 + n, n % 2 = 0,
        CASE WHEN n % 4 = 0 THEN '{}' ELSE ARRAY['a', n::text] END, jsonb_build_object('n', n), '\\x00ff', '2026-01-31',
        '12:30', '2026-01-31 12:00', 'x,y', 's' || n, nullif(n % 5, 0), n / 10.0, '2026-01-31 12:00:00.123456+00',
        CASE WHEN n % 7 = 0 THEN now() END, n % 2 + 1
      FROM generate_series(1, 40) n;
    `);
  });

  afterAll(async () => {
    await Promise.all([prepared?.destroy(), usual?.destroy()]);
    await database?.drop();
  });

  const things = () => prepared.createQueryBuilder(Thing, 'thing').where('thing.id <= 3');

  it('answers as the builder of TypeORM does, whatever is put together', async () => {
    const query = fc.array(fc.oneof(...parts), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(query, async (build) => {
        const answer = async (dataSource: DataSource) => {
          const builder = () => {
            const things = dataSource.createQueryBuilder(Thing, 'thing');
            build.forEach((part) => part(things));
            return things.addOrderBy('thing.id');
          };
          const page = builder();
          const { skip, take } = page.expressionMap;
          // TypeORM derives its count from `skip`, also when an offset replaces it.
          if (skip !== undefined || take !== undefined) page.limit().offset();
          const { raw, entities } = await builder().getRawAndEntities();
          return [
            raw,
            entities,
            await builder().getOne(),
            await builder().orderBy().getCount(),
            await page.getManyAndCount(),
          ];
        };
        const theirs = await answer(usual).catch(messageOf);
        expect(await answer(prepared).catch(messageOf)).toStrictEqual(theirs);
      }),
      { numRuns: 200 },
    );
  });

  it('finds as the repository of TypeORM does', async () => {
    await fc.assert(
      fc.asyncProperty(findOptions, async (options) => {
        const answer = async (dataSource: DataSource) => {
          const repository = dataSource.getRepository(Thing);
          const order = options.order ?? { id: 'ASC' };
          return [
            await repository.find({ ...options, order }),
            await repository.findOne({ where: { id: 1 }, ...options, order }),
            await repository.count(options),
            await repository.findAndCount({ ...options, order }),
          ];
        };
        expect(await answer(prepared).catch(messageOf)).toStrictEqual(await answer(usual).catch(messageOf));
      }),
      { numRuns: 150 },
    );
  });

  it('reads and counts in one statement, and counts what a page beyond the end does not show', async () => {
    const before = prepared.logger;
    const statements: string[] = [];
    prepared.logger = { logQuery: (sql) => statements.push(sql) } as Logger;
    try {
      const [page, total] = await things().orderBy('thing.id').limit(2).getManyAndCount();
      expect([page.map(({ id }) => id), total, statements.length]).toEqual([[1, 2], 3, 1]);
      expect(await things().limit(2).offset(7).getManyAndCount()).toEqual([[], 3]);
    } finally {
      prepared.logger = before;
    }
  });

  it('gives entities of the class', async () => {
    const [thing] = await things().getMany();
    expect(thing).toBeInstanceOf(Thing);
    expect(thing!.title).toBe('THING 1');
    expect(thing).toMatchObject({
      serial: '9007199254740994',
      size: { width: 1, weight: 0.1 },
      createdAt: expect.any(Date),
    });
    expect(thing).not.toHaveProperty('secret');
  });

  it('sees and locks what its transaction sees and locks', async () => {
    await prepared.transaction(async (manager) => {
      await manager.update(Thing, { id: 1 }, { name: 'changed' });
      for (let use = 0; use < 5; use++) {
        const lock = { mode: 'pessimistic_write' } as const;
        const thing = await manager.findOneOrFail(Thing, { where: { id: 1 }, lock });
        expect(thing.name).toBe('changed');
      }
      const waiting = usual.query(`SELECT FROM things WHERE id = 1 FOR UPDATE NOWAIT`);
      await expect(waiting).rejects.toThrow('could not obtain lock');
      await manager.update(Thing, { id: 1 }, { name: 'thing 1' });
    });
    await expect(things().setLock('pessimistic_write').getOne()).rejects.toThrow('transaction is required');
  });

  it('fails with the errors of TypeORM', async () => {
    const failing = prepared.createQueryBuilder(Thing, 'thing').where('1 / (thing.id - :id) > 0', { id: 1 });
    const error = await failing.getMany().catch((reason: unknown) => reason as QueryFailedError);
    expect(error).toBeInstanceOf(QueryFailedError);
    expect(error).toMatchObject({ driverError: { code: '22012' }, parameters: [1] });
    expect(await things().getCount()).toBe(3);
  });

  it('knows every part of a builder of the installed TypeORM', () => {
    const parts = Object.keys(new SelectQueryBuilder(prepared).expressionMap);
    expect(parts.toSorted()).toMatchInlineSnapshot(`
      [
        "aliasNamePrefixingEnabled",
        "aliases",
        "callListeners",
        "commonTableExpressions",
        "dataSource",
        "disableEscaping",
        "enableRelationIdValues",
        "extraAppendedAndWhereCondition",
        "extraReturningColumns",
        "groupBys",
        "havings",
        "insertColumns",
        "joinAttributes",
        "locallyGenerated",
        "maxExecutionTime",
        "onIgnore",
        "options",
        "orderBys",
        "parameters",
        "queryEntity",
        "queryType",
        "relationIdAttributes",
        "relationLoadStrategy",
        "selectDistinct",
        "selectDistinctOn",
        "selects",
        "subQuery",
        "timeTravel",
        "updateEntity",
        "useTransaction",
        "whereEntities",
        "wheres",
        "withDeleted",
      ]
    `);
  });
});

function messageOf(error: unknown): unknown {
  return error instanceof Error ? error.message : error;
}
