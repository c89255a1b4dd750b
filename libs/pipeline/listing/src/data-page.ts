import type { Type } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { MAX_PAGE, MAX_SIZE } from './list-query.js';
import { memoiseType } from './memoise-type.js';
import type { PageOf } from './page.js';

/** A page of a listing with its items apart from what describes them, as in the second version of the API. */
export interface DataPageOf<T> {
  data: T[];
  metadata: Omit<PageOf<T>, 'items'>;
}

export function toDataPage<T>({ items, ...metadata }: PageOf<T>): DataPageOf<T> {
  return { data: items, metadata };
}

class PageMetadata implements Omit<PageOf<unknown>, 'items'> {
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

/** Response DTO of a {@link DataPageOf}: `DataPage(UserDto)` is the class `UserDataPage`, the same on every call. */
export function DataPage<T>(item: Type<T>): Type<DataPageOf<T>> {
  return memoiseType('DataPage', item, () => make(item));
}

function make<T>(item: Type<T>): Type<DataPageOf<T>> {
  class ItemDataPage implements DataPageOf<T> {
    @ApiProperty({ type: [item], maxItems: MAX_SIZE })
    data: T[];

    @ApiProperty({ type: PageMetadata })
    metadata: PageMetadata;
  }
  return ItemDataPage;
}
