import type { Type } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { MAX_PAGE, MAX_SIZE } from './list-query.js';
import { memoiseType } from './memoise-type.js';

/** A page of a listing, by number. */
export interface PageOf<T> {
  items: T[];
  /** Number of items on all pages. */
  total: number;
  page: number;
  pageSize: number;
  totalPages: number;
  hasNext: boolean;
}

/** Response DTO of a listing by page: `Page(BookDto)` is the class `BookPage`, the same on every call. */
export function Page<T>(item: Type<T>): Type<PageOf<T>> {
  return memoiseType('Page', item, () => make(item));
}

function make<T>(item: Type<T>): Type<PageOf<T>> {
  class ItemPage implements PageOf<T> {
    @ApiProperty({ type: [item], maxItems: MAX_SIZE })
    items: T[];

    @ApiProperty({
      type: 'integer',
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      description: 'Number of items on all pages.',
      example: 42,
    })
    total: number;

    @ApiProperty({ type: 'integer', minimum: 1, maximum: MAX_PAGE, example: 1 })
    page: number;

    @ApiProperty({ type: 'integer', minimum: 1, maximum: MAX_SIZE, example: 10 })
    pageSize: number;

    @ApiProperty({ type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER, example: 5 })
    totalPages: number;

    @ApiProperty({ example: true })
    hasNext: boolean;
  }
  return ItemPage;
}
