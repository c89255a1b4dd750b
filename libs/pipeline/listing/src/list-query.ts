import type { FieldError } from '@gatehouse/http';
import { Completable, IntegerField, StringField } from '@gatehouse/validation';

const DEFAULT_SIZE = 10;
export const MAX_SIZE = 100;
/** Far beyond any table, and a page's offset still fits a bigint. */
export const MAX_PAGE = 2_147_483_647;
const MAX_CURSOR_LENGTH = 8192;

/** What is asked for: `page` and `pageSize` are both there, or else `cursor` and `limit`. */
export interface ListRequest {
  page?: number;
  pageSize?: number;
  cursor?: string;
  limit?: number;
  sort?: string;
}

/**
 * The query of every listing: by page, or by cursor. Subclasses add their filters.
 *
 * Pages can be jumped to and say how many there are, but the database walks over all rows before the page. Cursors
 * only go forward, cost the same at any depth, and neither repeat nor skip rows when others are added meanwhile.
 */
export class ListQuery implements ListRequest, Completable {
  @IntegerField({
    min: 1,
    max: MAX_PAGE,
    optional: true,
    description: 'Page, from 1. Default 1.',
    example: 1,
  })
  page?: number;

  @IntegerField({
    min: 1,
    max: MAX_SIZE,
    optional: true,
    description: 'Items on a page. Default 10.',
    example: 10,
  })
  pageSize?: number;

  @StringField({
    max: MAX_CURSOR_LENGTH,
    optional: true,
    description:
      '`nextCursor` of the answer before, or empty for the start. Not together with `page` or `pageSize`.',
    example: '',
  })
  cursor?: string;

  @IntegerField({
    min: 1,
    max: MAX_SIZE,
    optional: true,
    description: 'Items after the cursor. Default 10.',
    example: 10,
  })
  limit?: number;

  @StringField({
    min: 1,
    max: 200,
    optional: true,
    description: 'Fields to sort by, comma separated, `-` for descending.',
  })
  sort?: string;

  /**
   * Runs when each field by itself is valid: checks them against each other and fills in defaults, so that queries
   * that ask for the same are equal. A subclass with rules of its own calls this one too.
   */
  complete(): FieldError[] {
    if (this.cursor === undefined && this.limit === undefined) {
      this.page ??= 1;
      this.pageSize ??= DEFAULT_SIZE;
      return [];
    }
    const stray = (['page', 'pageSize'] as const).filter((name) => this[name] !== undefined);
    this.cursor ??= '';
    this.limit ??= DEFAULT_SIZE;
    return stray.map((path) => ({
      path,
      code: 'exclusive',
      message: `${path} must not be used together with cursor or limit`,
    }));
  }
}
