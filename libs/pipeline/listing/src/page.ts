import type { Type } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { memoiseType } from './memoise-type.js';

/** A page of a listing, by number. */
export interface PageOf<T> {
  items: T[];
  /** Items on all pages. */
  total: number;
  page: number;
  pageSize: number;
  totalPages: number;
  hasNext: boolean;
}

/** The response DTO of a listing by page: `Page(BookDto)` is the class `BookPage`, always the same one. */
export function Page<T>(item: Type<T>): Type<PageOf<T>> {
  return memoiseType('Page', item, () => make(item));
}

function make<T>(item: Type<T>): Type<PageOf<T>> {
  class ItemPage implements PageOf<T> {
    @ApiProperty({ type: [item] })
    items: T[];

    @ApiProperty({ type: 'integer', description: 'Items on all pages.', example: 42 })
    total: number;

    @ApiProperty({ type: 'integer', example: 1 })
    page: number;

    @ApiProperty({ type: 'integer', example: 10 })
    pageSize: number;

    @ApiProperty({ type: 'integer', example: 5 })
    totalPages: number;

    @ApiProperty({ example: true })
    hasNext: boolean;
  }
  return ItemPage;
}
