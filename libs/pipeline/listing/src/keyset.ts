import type { Position } from './cursor.codec.js';
import type { SortColumn } from './sort.js';

/** A condition with parameters in TypeORM's notation. */
export interface Condition {
  sql: string;
  parameters: Record<string, string>;
}

/**
 * Builds conditions that together match exactly the rows after a position, one for each part that an index serves in
 * sort order: all rows of the first part precede those of the second. There is a second part when the first column is
 * nullable: nulls come last, and a condition with `OR ... IS NULL` would read the index from its start.
 */
export function rowsAfter(position: Position, columns: readonly SortColumn[]): Condition[] {
  const first = columns[0]!;
  const parameters: Record<string, string> = {};
  position.forEach((value, i) => {
    if (value !== null) parameters[`after${i}`] = value;
  });
  const following = { sql: followingSql(position, columns), parameters };
  const isBeforeNulls = first.nullable && position[0] !== null;
  return isBeforeNulls ? [following, { sql: `${first.by} IS NULL`, parameters: {} }] : [following];
}

function followingSql(position: Position, columns: readonly SortColumn[]): string {
  const [first, ...rest] = columns as [SortColumn, ...SortColumn[]];
  if (position[0] === null) return `${first.by} IS NULL AND ${afterSql(position, rest, 1)}`;
  if (isOneRow(columns)) {
    const names = columns.map(({ by }) => by).join(', ');
    const values = columns.map((column, i) => valueSql(column, i)).join(', ');
    return `(${names}) ${first.direction === 'ASC' ? '>' : '<'} (${values})`;
  }
  // The second comparison implies the first, which serves as the range of the index scan.
  const bound = `${first.by} ${first.direction === 'ASC' ? '>=' : '<='} ${valueSql(first, 0)}`;
  return `${bound} AND ${afterSql(position, columns, 0)}`;
}

/** Whether SQL's row comparison is equivalent: it supports one direction and no nulls. */
function isOneRow(columns: readonly SortColumn[]): boolean {
  return columns.every(
    ({ direction, nullable }, i) => direction === columns[0]!.direction && (i === 0 || !nullable),
  );
}

/** Matches rows after the position by the columns from `offset` on. */
function afterSql(position: Position, columns: readonly SortColumn[], offset: number): string {
  const [column, ...rest] = columns;
  if (!column) return 'FALSE';
  const after = strictlyAfterSql(column, position[offset]!, offset);
  if (rest.length === 0) return after;
  const same =
    position[offset] === null ? `${column.by} IS NULL` : `${column.by} = ${valueSql(column, offset)}`;
  return `(${after} OR (${same} AND ${afterSql(position, rest, offset + 1)}))`;
}

function strictlyAfterSql(column: SortColumn, value: string | null, index: number): string {
  if (value === null) return 'FALSE';
  const comparison = `${column.by} ${column.direction === 'ASC' ? '>' : '<'} ${valueSql(column, index)}`;
  return column.nullable && index > 0 ? `(${comparison} OR ${column.by} IS NULL)` : comparison;
}

function valueSql({ type }: SortColumn, index: number): string {
  return `CAST(:after${index} AS ${type})`;
}
