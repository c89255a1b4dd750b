import type { EntityMetadata, ObjectLiteral } from 'typeorm';

type ColumnMetadata = EntityMetadata['columns'][number];

/** Creates entities from rows whose columns have TypeORM's names. */
export type EntityReader = (rows: ObjectLiteral[]) => ObjectLiteral[];

/** Types whose driver values TypeORM uses unchanged. */
const READ_AS_THEY_ARE = new Set<unknown>(
  'text varchar uuid boolean smallint integer bigint numeric json jsonb bytea timestamptz'.split(' '),
);

/**
 * Creates the same entities as TypeORM's own transformer for a query of one entity without joins, without checking
 * for features that such a query cannot have.
 * @param selections what the query selects: the alias for all columns, or paths such as `book.title`
 */
export function entityReader(
  metadata: EntityMetadata,
  alias: string,
  selections: ReadonlySet<string>,
): EntityReader {
  const columns = metadata.columns
    .filter(({ isVirtual }) => !isVirtual)
    .filter(({ propertyPath }) => selections.has(alias) || selections.has(`${alias}.${propertyPath}`))
    .map((column) => columnReader(column, `${alias}_${column.databaseName}`));
  return (rows) => {
    const entities: ObjectLiteral[] = [];
    for (const row of rows) {
      const entity = metadata.create(undefined, { fromDeserializer: true }) as ObjectLiteral;
      let hasValue = false;
      for (const read of columns) {
        if (read(row, entity)) hasValue = true;
      }
      // As in TypeORM, a row that contains only nulls is not an entity.
      if (hasValue) entities.push(entity);
    }
    return entities;
  };
}

/** @returns a function that copies the column's value to the entity and returns whether it is not null */
function columnReader(
  column: ColumnMetadata,
  key: string,
): (row: ObjectLiteral, entity: ObjectLiteral) => boolean {
  const { propertyName, entityMetadata, type } = column;
  const { driver } = entityMetadata.dataSource;
  const isAsItIs = !column.transformer && READ_AS_THEY_ARE.has(type);
  if (isAsItIs && !column.embeddedMetadata) {
    return (row, entity) => {
      const value: unknown = row[key];
      if (value === undefined) return false;
      entity[propertyName] = value;
      return value !== null;
    };
  }
  return (row, entity) => {
    const value: unknown = row[key];
    if (value === undefined) return false;
    column.setEntityValue(entity, driver.prepareHydratedValue(value, column));
    return value !== null;
  };
}
