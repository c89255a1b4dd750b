import { Transform } from 'class-transformer';
import { parseDateTime } from './formats.js';

/** The group of class-transformer in which the texts of a query, a path or a form are read as other types. */
export const FROM_TEXT = 'fromText';

/** A decimal number as people write it, so no exponent. Leading zeros are harmless: `page=01` is page 1. */
const NUMBER = /^-?\d+(\.\d+)?$/;

/**
 * Changes a text, or each one in an array, before the rules look at it. What is no text stays as it is.
 *
 * @param change returns a text that it does not understand as it is, for the rules to say what is wrong with it
 * @param groups `[FROM_TEXT]`: not in JSON
 */
export function changeText(change: (text: string) => unknown, groups?: string[]): PropertyDecorator {
  const changeOne = (value: unknown) => (typeof value === 'string' ? change(value) : value);
  return Transform(
    ({ value }: { value: unknown }) => (Array.isArray(value) ? value.map(changeOne) : changeOne(value)),
    { toClassOnly: true, ...(groups && { groups }) },
  );
}

/** Reads text as a number. */
export function numberFromText(): PropertyDecorator {
  return changeText(
    (text) => {
      // Adding 0 turns -0 into 0, which would be another cache key than 0.
      const value = NUMBER.test(text) ? Number(text) + 0 : NaN;
      return Number.isFinite(value) ? value : text;
    },
    [FROM_TEXT],
  );
}

/** Reads text as a boolean. */
export function booleanFromText(): PropertyDecorator {
  return changeText((text) => (text === 'true' ? true : text === 'false' ? false : text), [FROM_TEXT]);
}

/** Reads a date and time, in JSON too, which has no dates. */
export function dateFromText(): PropertyDecorator {
  return changeText((text) => parseDateTime(text) ?? text);
}

/** Reads a single text as an array of one. */
export function arrayFromText(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? [value] : value), {
    toClassOnly: true,
    groups: [FROM_TEXT],
  });
}
