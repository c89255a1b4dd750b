import { LRUCache } from 'lru-cache';
import { type EntityMetadata, type ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { type EntityReader, entityReader } from './entity-reader.js';
import { sendStatement } from './send-statement.js';

/** Maximum number of cached statements per entity; rare ones are evicted. */
const MAX_KEPT = 200;
/** Maximum length of a column name in PostgreSQL; TypeORM shortens longer aliases. */
const MAX_COLUMN_NAME = 63;

/** Name of the column with the number of all rows, which no property path can have. */
const COUNT = 'all rows';

type Kind = 'entities' | 'count' | 'entities and count';

interface Statement {
  text: string;
  /** Origins of the values of `$1`, `$2`, …. */
  places: Place[];
}

/** A parameter of the builder, or an element of one that is spread. */
interface Place {
  parameter: string;
  element?: number;
}

interface KeptStatement extends Statement {
  read: EntityReader;
}

interface KnownEntity {
  isPlain: boolean;
  longestColumn: number;
  statements: LRUCache<string, KeptStatement>;
}

const known = new WeakMap<EntityMetadata, KnownEntity>();

/**
 * Runs the same statements as TypeORM's own builder, but builds the text once for all queries that differ only in
 * their values, and reads rows by the columns of the entity. Queries with more than one entity, conditions, order and
 * limits (joins, relations, groups, listeners) are left to TypeORM.
 */
export class PreparedSelectQueryBuilder<T extends ObjectLiteral> extends SelectQueryBuilder<T> {
  override async getRawAndEntities<R = unknown>(): Promise<{ entities: T[]; raw: R[] }> {
    if (!this.isPlain()) return super.getRawAndEntities();
    const { rows, read } = await this.run('entities');
    return { raw: rows as R[], entities: read(rows) as T[] };
  }

  override async getCount(): Promise<number> {
    if (!this.isPlain() || this.findOptions.select) return super.getCount();
    const { rows } = await this.run('count');
    return Number(rows[0]![COUNT]);
  }

  /** One statement counts and reads, so both see the same rows; the count of a page without rows takes another. */
  override async getManyAndCount(): Promise<[T[], number]> {
    if (!this.isPlain() || !this.selectsEverything()) return super.getManyAndCount();
    const { rows, read } = await this.run('entities and count');
    return [read(rows) as T[], rows.length > 0 ? Number(rows[0]![COUNT]) : await this.getCount()];
  }

  /** Otherwise TypeORM counts distinct values of the selected columns, or guesses from rows that it leaves out. */
  private selectsEverything(): boolean {
    const { mainAlias, selects } = this.expressionMap;
    return !this.findOptions.select && selects.some(({ selection }) => selection === mainAlias!.name);
  }

  /** Whether the statement depends on nothing but {@link shape}, and its rows need nothing but {@link entityReader}. */
  private isPlain(): boolean {
    const { expressionMap: map, queryRunner } = this;
    if (map.aliases.length !== 1 || !map.mainAlias!.hasMetadata) return false;
    const { isPlain, longestColumn } = knownEntity(map.mainAlias!.metadata);
    return (
      isPlain &&
      map.mainAlias!.name.length + 1 + longestColumn <= MAX_COLUMN_NAME &&
      map.joinAttributes.length === 0 &&
      map.relationIdAttributes.length === 0 &&
      this.relationMetadatas.length === 0 &&
      map.groupBys.length === 0 &&
      map.havings.length === 0 &&
      map.commonTableExpressions.length === 0 &&
      map.options.length === 0 &&
      map.selectDistinctOn.length === 0 &&
      !map.selectDistinct &&
      !map.subQuery &&
      !map.cache &&
      !map.comment &&
      !map.maxExecutionTime &&
      !map.useTransaction &&
      !map.extraAppendedAndWhereCondition &&
      map.disableEscaping &&
      map.callListeners &&
      (!map.lockMode || (map.lockMode !== 'optimistic' && queryRunner?.isTransactionActive === true)) &&
      !queryRunner?.isReleased &&
      this.dataSource.subscribers.length === 0
    );
  }

  /** Everything that determines the text of the statement. */
  private shape(kind: Kind): string {
    const { expressionMap: map } = this;
    const { limit, offset } = windowOf(map);
    const names = Object.keys(map.parameters);
    const shape = JSON.stringify([
      kind,
      map.mainAlias!.name,
      map.selects,
      map.wheres,
      map.orderBys,
      [map.lockMode, map.onLocked, map.lockTables, map.withDeleted],
      [limit === undefined, offset === undefined],
      names,
    ]);
    if (!shape.includes(':...')) return shape;
    return shape + JSON.stringify(names.map((name) => (map.parameters[name] as { length?: number })?.length));
  }

  private async run(kind: Kind): Promise<{ rows: ObjectLiteral[]; read: EntityReader }> {
    const { statements } = knownEntity(this.expressionMap.mainAlias!.metadata);
    const shape = this.shape(kind);
    let statement = statements.get(shape);
    if (!statement) statements.set(shape, (statement = this.build(kind)));
    const { text, read } = statement;
    const { rows } = await sendStatement(this.dataSource, this.queryRunner, text, this.valuesOf(statement));
    return { rows, read };
  }

  private build(kind: Kind): KeptStatement {
    const { mainAlias, selects } = this.expressionMap;
    const selections = new Set(selects.map(({ selection }) => selection));
    const read = entityReader(mainAlias!.metadata, mainAlias!.name, selections);
    return { ...new StatementBuilder(this).build(kind), read };
  }

  private valuesOf({ places }: Statement): unknown[] {
    const parameters = { ...this.expressionMap.parameters, ...windowParameters(this.expressionMap) };
    return places.map(({ parameter, element }) => {
      const value: unknown = parameters[parameter];
      return element === undefined ? value : (value as unknown[])[element];
    });
  }
}

/** Lets TypeORM build a statement without running it, with limit and offset as parameters. */
class StatementBuilder extends SelectQueryBuilder<ObjectLiteral> {
  build(kind: Kind): Statement {
    const { expressionMap: map } = this;
    const parameters = Object.entries({ ...map.parameters, ...windowParameters(map) });
    map.queryEntity = true;
    map.parameters = Object.fromEntries(parameters.map(([name, value]) => [name, placesOf(name, value)]));
    if (kind === 'entities and count') this.addSelect(`(${this.counting().getQuery()})`, COUNT);
    const [text, places] = (kind === 'count' ? this.counting() : this).getQueryAndParameters();
    return { text, places: (places as Place[]).map(({ parameter, element }) => ({ parameter, element })) };
  }

  private counting(): StatementBuilder {
    const all = this.clone().orderBy().limit(undefined).offset(undefined).take(undefined).skip(undefined);
    return all.select('COUNT(1)', COUNT) as StatementBuilder;
  }

  protected override createLimitOffsetExpression(): string {
    const { limit, offset } = windowOf(this.expressionMap);
    return (
      (limit === undefined ? '' : ' LIMIT :window.limit') +
      (offset === undefined ? '' : ' OFFSET :window.offset')
    );
  }
}

interface Window {
  limit?: number;
  offset?: number;
  take?: number;
  skip?: number;
}

/** TypeORM's two kinds of limits, which are equivalent without joins. */
function windowOf({ limit, offset, take, skip }: Window): Pick<Window, 'limit' | 'offset'> {
  const isTaken = limit === undefined && offset === undefined;
  return { limit: (isTaken ? take : limit) ?? undefined, offset: (isTaken ? skip : offset) ?? undefined };
}

function windowParameters(map: Window): ObjectLiteral {
  const { limit, offset } = windowOf(map);
  return { 'window.limit': limit, 'window.offset': offset };
}

/** Placeholder for a parameter's value, and for its elements if it is spread. */
function placesOf(parameter: string, value: unknown): Place | Place[] {
  if (!Array.isArray(value)) return { parameter };
  return Object.assign(
    value.map((_, element) => ({ parameter, element })),
    { parameter },
  );
}

function knownEntity(metadata: EntityMetadata): KnownEntity {
  let entity = known.get(metadata);
  if (!entity) {
    entity = {
      isPlain: isPlainEntity(metadata),
      longestColumn: Math.max(...metadata.columns.map(({ databaseName }) => databaseName.length)),
      statements: new LRUCache({ max: MAX_KEPT }),
    };
    known.set(metadata, entity);
  }
  return entity;
}

function isPlainEntity(metadata: EntityMetadata): boolean {
  return (
    metadata.tableType === 'regular' &&
    typeof metadata.target === 'function' &&
    !metadata.discriminatorColumn &&
    metadata.childEntityMetadatas.length === 0 &&
    metadata.eagerRelations.length === 0 &&
    metadata.lazyRelations.length === 0 &&
    metadata.relationIds.length === 0 &&
    metadata.afterLoadListeners.length === 0 &&
    metadata.columns.every(({ isVirtualProperty }) => !isVirtualProperty)
  );
}
