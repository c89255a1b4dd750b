import { parseDateTime } from '../fields/formats.js';
import type { Kind } from './kind.js';

/** A decimal number as people write it, so no exponent. Leading zeros are harmless: `page=01` is page 1. */
const NUMBER = /^-?\d+(\.\d+)?$/;

/**
 * Reads the text of a query, path or form field as a value of a kind. Text that is not one comes back as it is, for
 * the field's rules to name what is wrong with it.
 */
export function coerce(text: string, kind: Kind): unknown {
  switch (kind) {
    case 'number':
      return toNumber(text);
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'date':
      return toDate(text);
    case 'text':
      return text;
  }
}

function toNumber(text: string): number | string {
  if (!NUMBER.test(text)) return text;
  const value = Number(text);
  // Adding 0 turns -0 into 0, which would be another cache key than 0.
  return Number.isFinite(value) ? value + 0 : text;
}

/** JSON has no dates: a date field takes an RFC 3339 text there too. */
export function toDate(text: string): Date | string {
  return parseDateTime(text) ?? text;
}
