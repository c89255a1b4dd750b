import type { FieldError } from '@gatehouse/http';
import { Validatable, IntegerField, StringField } from '@gatehouse/validation';

const DEFAULT_SIZE = 10;
export const MAX_SIZE = 100;
/** Far beyond any table, while a page's offset still fits a bigint. */
export const MAX_PAGE = 2_147_483_647;
const MAX_CURSOR_LENGTH = 8192;

/** A validated request: either `page` and `pageSize`, or `cursor` and `limit`. */
export interface ListRequest {
  page?: number;
  pageSize?: number;
  cursor?: string;
  limit?: number;
  sort?: string;
}

/**
 * Query of every listing, by page or by cursor; subclasses add filters. Pages allow jumps and report a total, but the
 * database reads all rows before the page. Cursors only move forward, cost the same at any depth, and neither repeat
 * nor skip rows when others are inserted.
 */
export class ListQuery implements ListRequest, Validatable {
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
      '`nextCursor` of the previous response, or empty for the start. Not together with `page` or `pageSize`.',
    example: '',
  })
  cursor?: string;

  @IntegerField({
    min: 1,
    max: MAX_SIZE,
    optional: true,
    description: 'Number of items. Default 10.',
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
   * Called when every field is valid on its own: checks fields against each other and fills in defaults, so that
   * equivalent queries become equal. Subclasses with their own rules must call it too.
   */
  validateTogether(): FieldError[] {
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
