import { Injectable } from '@nestjs/common';
import { ValidationProblem } from '@gatehouse/http';
import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { CursorCodec, Position } from './cursor.codec.js';
import type { CursorPageOf } from './cursor-page.js';
import { Condition, rowsAfter } from './keyset.js';
import type { ListRequest } from './list-query.js';
import type { PageOf } from './page.js';
import { parseSort, SortColumn, SortKey, SortKeys } from './sort.js';

export interface ListingOptions {
  /** Sort keys available to clients. */
  keys: SortKeys;
  /** The primary key, which makes every sort total. */
  unique: SortKey;
  /** Default sort, in the notation of the query. */
  defaultSort: string;
}

/** Runs the listings of all features, by page or by cursor depending on the query. */
@Injectable()
export class Listings {
  constructor(private readonly cursors: CursorCodec) {}

  /**
   * @param rows selects one entity with the filters of the listing, without joins, order or limit
   * @throws ValidationProblem for an unknown sort, or a cursor that does not belong to this listing
   */
  async list<T extends ObjectLiteral>(
    rows: SelectQueryBuilder<T>,
    query: ListRequest,
    { keys, unique, defaultSort }: ListingOptions,
  ): Promise<PageOf<T> | CursorPageOf<T>> {
    const columns = parseSort(query.sort ?? defaultSort, keys, unique);
    for (const { by, direction, nullable } of columns)
      rows.addOrderBy(by, direction, nullable ? 'NULLS LAST' : undefined);
    return query.limit === undefined
      ? this.byPage(rows, query.page!, query.pageSize!)
      : this.byCursor(rows, columns, query.cursor!, query.limit);
  }

  private async byPage<T extends ObjectLiteral>(
    rows: SelectQueryBuilder<T>,
    page: number,
    pageSize: number,
  ): Promise<PageOf<T>> {
    const [items, total] = await rows
      .offset((page - 1) * pageSize)
      .limit(pageSize)
      .getManyAndCount();
    const totalPages = Math.ceil(total / pageSize);
    return { items, total, page, pageSize, totalPages, hasNext: page < totalPages };
  }

  private async byCursor<T extends ObjectLiteral>(
    rows: SelectQueryBuilder<T>,
    columns: SortColumn[],
    cursor: string,
    limit: number,
  ): Promise<CursorPageOf<T>> {
    const binding = bindingOf(rows);
    const parts: (Condition | undefined)[] = cursor
      ? rowsAfter(this.position(cursor, binding), columns)
      : [undefined];
    columns.forEach(({ by }, i) => rows.addSelect(`CAST(${by} AS text)`, `position_${i}`));
    const items: T[] = [];
    const raw: ObjectLiteral[] = [];
    // One additional row shows whether there is a next page.
    for (const part of parts) {
      if (items.length > limit) break;
      const found = await restrict(rows.clone(), part)
        .limit(limit + 1 - items.length)
        .getRawAndEntities();
      items.push(...found.entities);
      raw.push(...found.raw);
    }
    const hasNext = items.length > limit;
    const last = hasNext ? raw[limit - 1]! : undefined;
    const position = last && columns.map((_, i) => last[`position_${i}`] as string | null);
    return {
      items: items.slice(0, limit),
      nextCursor: position ? this.cursors.encode(position, binding) : null,
      hasNext,
    };
  }

  private position(cursor: string, binding: string): Position {
    const position = this.cursors.decode(cursor, binding);
    if (position) return position;
    const message = 'cursor must be the nextCursor of an answer with the same filters and sort';
    throw new ValidationProblem([{ path: 'cursor', code: 'cursor', message }]);
  }
}

function restrict<T extends ObjectLiteral>(rows: SelectQueryBuilder<T>, condition: Condition | undefined) {
  return condition ? rows.andWhere(condition.sql, condition.parameters) : rows;
}

/** Everything that determines the rows and their order. The SQL would too, but takes ten times as long to build. */
function bindingOf({ expressionMap: map }: SelectQueryBuilder<ObjectLiteral>): string {
  return JSON.stringify([map.mainAlias!.tablePath, map.wheres, map.orderBys, map.parameters]);
}
