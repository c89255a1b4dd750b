import { Transform } from 'class-transformer';
import { parseDateTime } from './formats.js';

/** The class-transformer group in which texts of a query, path or form are converted to other types. */
export const FROM_TEXT = 'fromText';

/** A plain decimal number without an exponent. Leading zeros are harmless: `page=01` is page 1. */
const NUMBER = /^-?\d+(\.\d+)?$/;

/**
 * Transforms a text, or each text of an array, before the rules are checked. Other values are left unchanged.
 * @param change returns a text that it cannot convert unchanged, so that the rules report the error
 * @param groups `[FROM_TEXT]`: not in JSON
 */
export function changeText(change: (text: string) => unknown, groups?: string[]): PropertyDecorator {
  const changeOne = (value: unknown) => (typeof value === 'string' ? change(value) : value);
  return Transform(
    ({ value }: { value: unknown }) => (Array.isArray(value) ? value.map(changeOne) : changeOne(value)),
    { toClassOnly: true, ...(groups && { groups }) },
  );
}

/** Converts text to a number. */
export function numberFromText(): PropertyDecorator {
  return changeText(
    (text) => {
      // Adding 0 turns -0 into 0, so that both share one cache key.
      const value = NUMBER.test(text) ? Number(text) + 0 : NaN;
      return Number.isFinite(value) ? value : text;
    },
    [FROM_TEXT],
  );
}

/** Converts text to a boolean. */
export function booleanFromText(): PropertyDecorator {
  return changeText((text) => (text === 'true' ? true : text === 'false' ? false : text), [FROM_TEXT]);
}

/** Converts text to a date and time, in JSON too, which has no dates. */
export function dateFromText(): PropertyDecorator {
  return changeText((text) => parseDateTime(text) ?? text);
}

/** Converts a single text to an array of one. */
export function arrayFromText(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? [value] : value), {
    toClassOnly: true,
    groups: [FROM_TEXT],
  });
}
