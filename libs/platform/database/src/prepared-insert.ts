import { isDeepStrictEqual } from 'node:util';
import { LRUCache } from 'lru-cache';
import { type EntityMetadata, InsertQueryBuilder, InsertResult, type ObjectLiteral } from 'typeorm';
import { sendStatement } from './send-statement.js';

/** Statements that are kept for each entity. */
const MAX_KEPT = 50;

const kept = new WeakMap<EntityMetadata, LRUCache<string, string>>();

/**
 * Runs what TypeORM's own builder would run, but builds the insert of one row once for all rows that give the same
 * properties. Other inserts are TypeORM's own.
 */
export class PreparedInsertQueryBuilder<T extends ObjectLiteral> extends InsertQueryBuilder<T> {
  override async execute(): Promise<InsertResult> {
    const statement = this.isPlain() ? this.statement() : undefined;
    if (!statement) return super.execute();
    const [row] = this.getValueSets() as [ObjectLiteral];
    const { metadata } = this.expressionMap.mainAlias!;
    const { driver } = this.dataSource;
    const result = new InsertResult();
    const { rows } = await sendStatement(this.dataSource, this.queryRunner, ...statement);
    result.raw = rows;
    const generated = driver.createGeneratedMap(metadata, rows[0], 0, 1) ?? {};
    for (const column of metadata.getInsertionReturningColumns()) {
      const value: unknown = column.getEntityValue(generated);
      if (value !== undefined) column.setEntityValue(row, value);
    }
    result.generatedMaps.push(generated);
    result.identifiers.push(metadata.getEntityIdMap(row)!);
    return result;
  }

  /** Whether the statement depends on nothing but which properties of the row are given. */
  private isPlain(): boolean {
    const { expressionMap: map, queryRunner } = this;
    if (!map.mainAlias!.hasMetadata) return false;
    const { metadata } = map.mainAlias!;
    return (
      metadata.relations.length === 0 &&
      metadata.beforeInsertListeners.length === 0 &&
      metadata.afterInsertListeners.length === 0 &&
      !metadata.discriminatorColumn &&
      map.insertColumns.length === 0 &&
      map.commonTableExpressions.length === 0 &&
      map.updateEntity &&
      !map.insertFromSelect &&
      !map.onIgnore &&
      !map.onUpdate &&
      !map.returning &&
      !map.comment &&
      !map.useTransaction &&
      !queryRunner?.isReleased &&
      this.dataSource.subscribers.length === 0 &&
      this.getValueSets().length === 1
    );
  }

  private statement(): [string, unknown[]] | undefined {
    const [row] = this.getValueSets() as [ObjectLiteral];
    const { metadata } = this.expressionMap.mainAlias!;
    const { driver } = this.dataSource;
    const given: string[] = [];
    const values: unknown[] = [];
    for (const column of metadata.columns.filter(({ isInsert }) => isInsert)) {
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
    this.expressionMap.extraReturningColumns = metadata.getInsertionReturningColumns();
    const [text, parameters] = this.getQueryAndParameters();
    if (!isDeepStrictEqual(parameters, values)) return undefined;
    statements.set(shape, text);
    return [text, values];
  }
}
