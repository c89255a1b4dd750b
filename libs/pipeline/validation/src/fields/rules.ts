import { buildMessage, ValidateBy } from 'class-validator';
import { isUri } from './formats.js';

/**
 * Stricter versions of class-validator rules that accept values the application cannot store, with the same names and
 * messages.
 */

/** `IsInt` accepts integers that have lost digits. */
export function IsSafeInteger(each: boolean): PropertyDecorator {
  return ValidateBy(
    {
      name: 'isInt',
      validator: {
        validate: Number.isSafeInteger,
        defaultMessage: buildMessage((prefix) => `${prefix}$property must be an integer number`, { each }),
      },
    },
    { each },
  );
}

/** `MaxLength` does not count variation selectors; PostgreSQL does. */
export function MaxCharacters(max: number, each: boolean): PropertyDecorator {
  const message = '$property must be shorter than or equal to $constraint1 characters';
  return ValidateBy(
    {
      name: 'maxLength',
      constraints: [max],
      validator: {
        validate: (text: unknown) => typeof text === 'string' && hasCharactersWithin(text, max),
        defaultMessage: buildMessage((prefix) => prefix + message, { each }),
      },
    },
    { each },
  );
}

function hasCharactersWithin(text: string, max: number): boolean {
  if (text.length <= max) return true;
  let count = 0;
  for (const _ of text) if (++count > max) return false;
  return true;
}

/** `IsNumber` with limited decimals fails on 1e-7, because it looks for a decimal point in the printed number. */
export function IsDecimal(decimals: number, each: boolean): PropertyDecorator {
  const message = `$property must be a number with at most ${decimals} decimal${decimals === 1 ? '' : 's'}`;
  const validate = (value: unknown) => Number.isFinite(value) && decimalsOf(value as number) <= decimals;
  return ValidateBy({ name: 'isNumber', validator: { validate } }, { each, message });
}

function decimalsOf(value: number): number {
  const [mantissa, exponent = '0'] = String(value).split('e');
  const digits = mantissa!.split('.')[1]?.length ?? 0;
  return digits - Number(exponent);
}

/** A web address in the form that `canonicalUri` returns. */
export function IsWebAddress(each: boolean): PropertyDecorator {
  const message = '$property must be an http or https URI without credentials';
  return ValidateBy({ name: 'isUrl', validator: { validate: isUri } }, { each, message });
}
