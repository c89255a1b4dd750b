import type { Type } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { MAX_SIZE } from './list-query.js';
import { memoiseType } from './memoise-type.js';

/** One part of a listing by cursor. */
export interface CursorPageOf<T> {
  items: T[];
  /** Cursor of the next request; `null` at the end. */
  nextCursor: string | null;
  hasNext: boolean;
}

/**
 * Response DTO of a listing by cursor: `CursorPage(BookDto)` is the class `BookCursorPage`, the same on every call.
 */
export function CursorPage<T>(item: Type<T>): Type<CursorPageOf<T>> {
  return memoiseType('CursorPage', item, () => make(item));
}

function make<T>(item: Type<T>): Type<CursorPageOf<T>> {
  class ItemCursorPage implements CursorPageOf<T> {
    @ApiProperty({ type: [item], maxItems: MAX_SIZE })
    items: T[];

    @ApiProperty({
      type: String,
      nullable: true,
      example: null,
      description: 'The `cursor` of the next request; `null` at the end.',
    })
    nextCursor: string | null;

    @ApiProperty({ example: true })
    hasNext: boolean;
  }
  return ItemCursorPage;
}
