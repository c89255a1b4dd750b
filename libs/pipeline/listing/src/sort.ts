import { Problem, ValidationProblem } from '@gatehouse/http';

export type Direction = 'ASC' | 'DESC';

/** A column or expression to sort by. */
export interface SortKey {
  /** Property path such as `book.title`, or an SQL expression. */
  by: string;
  /** PostgreSQL type of its values, e.g. `timestamptz`. */
  type: string;
  /** Whether it may be null. Nulls come last in both directions, which requires an index for each. */
  nullable?: boolean;
}

/** Sort keys of a listing by their public names. */
export type SortKeys = Readonly<Record<string, SortKey>>;

/** One column of an `ORDER BY`. */
export interface SortColumn extends SortKey {
  direction: Direction;
}

export const MAX_COLUMNS = 3;

/**
 * Parses a `sort` such as `-createdAt,title`. The unique key is appended in the direction of the last column, so that
 * an index on both serves either direction.
 * @throws ValidationProblem for an unknown or repeated name, or too many names
 */
export function parseSort(sort: string, keys: SortKeys, unique: SortKey): SortColumn[] {
  const columns: SortColumn[] = [];
  for (const part of sort.split(',')) {
    const direction = part.startsWith('-') ? 'DESC' : 'ASC';
    const name = direction === 'DESC' ? part.slice(1) : part;
    const key = Object.hasOwn(keys, name) ? keys[name]! : undefined;
    if (!key) throw invalidSort(`sort must be one of ${Object.keys(keys).join(', ')}`);
    if (columns.some(({ by }) => by === key.by)) throw invalidSort('sort must not name a field twice');
    columns.push({ ...key, direction });
  }
  if (columns.length > MAX_COLUMNS) throw invalidSort(`sort must name at most ${MAX_COLUMNS} fields`);
  if (columns.some(({ by }) => by === unique.by)) return columns;
  return [...columns, { ...unique, direction: columns.at(-1)!.direction }];
}

function invalidSort(message: string): Problem {
  return new ValidationProblem([{ path: 'sort', code: 'sort', message }]);
}
