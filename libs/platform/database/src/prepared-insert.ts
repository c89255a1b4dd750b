import { isDeepStrictEqual } from 'node:util';
import { LRUCache } from 'lru-cache';
import { type EntityManager, type EntityMetadata, InsertResult, type ObjectLiteral } from 'typeorm';
import { sendStatement } from './send-statement.js';

/** Maximum number of cached statements per entity. */
const MAX_KEPT = 50;

const kept = new WeakMap<EntityMetadata, LRUCache<string, string>>();

/**
 * Inserts a row as TypeORM does, but builds the statement once for all rows that give the same properties.
 *
 * @returns `undefined` for what takes more than that and is left to TypeORM: relations, listeners, SQL expressions
 */
export async function insertPrepared(
  manager: EntityManager,
  metadata: EntityMetadata,
  row: ObjectLiteral,
): Promise<InsertResult | undefined> {
  const { dataSource, queryRunner } = manager;
  if (!isPlain(metadata) || dataSource.subscribers.length > 0 || queryRunner?.isReleased) return undefined;
  const statement = statementOf(manager, metadata, row);
  if (!statement) return undefined;
  const { rows } = await sendStatement(dataSource, queryRunner, ...statement);
  const generated = dataSource.driver.createGeneratedMap(metadata, rows[0], 0, 1) ?? {};
  for (const column of metadata.getInsertionReturningColumns()) {
    const value: unknown = column.getEntityValue(generated);
    if (value !== undefined) column.setEntityValue(row, value);
  }
  const identifiers = [metadata.getEntityIdMap(row)!];
  return Object.assign(new InsertResult(), { raw: rows, generatedMaps: [generated], identifiers });
}

function isPlain(metadata: EntityMetadata): boolean {
  return (
    metadata.relations.length === 0 &&
    metadata.beforeInsertListeners.length === 0 &&
    metadata.afterInsertListeners.length === 0 &&
    !metadata.discriminatorColumn
  );
}

function statementOf(
  manager: EntityManager,
  metadata: EntityMetadata,
  row: ObjectLiteral,
): [string, unknown[]] | undefined {
  const { driver } = manager.dataSource;
  const given: string[] = [];
  const values: unknown[] = [];
  for (const column of metadata.columns) {
    if (!column.isInsert) continue;
    const property: unknown = column.getEntityValue(row);
    // It becomes a part of the text.
    if (typeof property === 'function') return undefined;
    const value: unknown = driver.preparePersistentValue(property, column);
    if (value === undefined) continue;
    given.push(column.propertyPath);
    values.push(value);
  }
  const statements = kept.get(metadata) ?? new LRUCache({ max: MAX_KEPT });
  kept.set(metadata, statements);
  const shape = given.join();
  const known = statements.get(shape);
  if (known) return [known, values];
  const builder = manager.createQueryBuilder().insert().into(metadata.target).values(row);
  builder.expressionMap.extraReturningColumns = metadata.getInsertionReturningColumns();
  const [text, parameters] = builder.getQueryAndParameters();
  if (!isDeepStrictEqual(parameters, values)) return undefined;
  statements.set(shape, text);
  return [text, values];
}
