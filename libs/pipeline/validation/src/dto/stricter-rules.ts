import type { ValidatorConstraintInterface } from 'class-validator';

type Check = ValidatorConstraintInterface['validate'];

/**
 * Built-in rules of class-validator that let through what the application cannot keep. A value must pass these as well.
 * `isInt` takes integers that have lost digits; lengths leave variation selectors uncounted, PostgreSQL does not.
 */
export const stricterRules: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['isInt', (value) => Number.isSafeInteger(value)],
  ['maxLength', (value, args) => isWithin(value, args?.constraints[0])],
  ['isLength', (value, args) => isWithin(value, args?.constraints[1])],
]);

function isWithin(text: unknown, max: unknown): boolean {
  if (typeof text !== 'string' || typeof max !== 'number' || text.length <= max) return true;
  let codePoints = 0;
  for (const _ of text) {
    if (++codePoints > max) return false;
  }
  return true;
}

/** `isNumber` itself fails on 1e-7 when decimals are limited: it looks for a point in the printed number. */
export function hasDecimalsWithin(value: number, max: number): boolean {
  const [mantissa, exponent = '0'] = String(value).split('e');
  const digits = mantissa!.split('.')[1]?.length ?? 0;
  return Math.max(0, digits - Number(exponent)) <= max;
}
