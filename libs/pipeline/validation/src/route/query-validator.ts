import type { Type } from '@nestjs/common';
import type { FieldError } from '@gatehouse/http';
import { LRUCache } from 'lru-cache';
import { parseForm } from '../body/parse-form.js';
import { reportAllUnknown } from '../dto/errors.js';
import { validate } from '../dto/validate.js';
import { freezeDeep } from './freeze-deep.js';

const MAX_ENTRIES = 1000;
/** Longer ones are rare, and would let one route's memory grow to megabytes. */
const MAX_LENGTH = 512;

const NO_QUERY = Object.freeze({});

/**
 * Validates the queries of one route. The same raw query gives the same frozen instance, from a bounded memory of the
 * valid ones.
 */
export class QueryValidator {
  private readonly seen = new LRUCache<string, object>({ max: MAX_ENTRIES });

  constructor(private readonly type: Type<object> | undefined) {}

  /** @param raw what follows `?` in the request target */
  validate(raw: string, errors: FieldError[]): object {
    return this.seen.get(raw) ?? this.validateNew(raw, errors);
  }

  private validateNew(raw: string, errors: FieldError[]): object {
    const before = errors.length;
    const fields = parseForm(raw, 'The query');
    const query = this.type
      ? validate(this.type, fields, 'text', 'query', errors)!
      : this.refuseAll(fields, errors);
    if (errors.length === before && freezeDeep(query) && raw.length < MAX_LENGTH) this.seen.set(raw, query);
    return query;
  }

  private refuseAll(fields: object, errors: FieldError[]): object {
    reportAllUnknown(errors, Object.keys(fields));
    return NO_QUERY;
  }
}
