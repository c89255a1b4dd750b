import { IsInt, IsNumber, Max, Min } from 'class-validator';
import { composeField, FieldOptions, ItemSpec } from './compose-field.js';

export interface NumberOptions {
  min?: number;
  max?: number;
}

export interface DecimalOptions extends NumberOptions {
  /** Greatest number of digits after the point. */
  decimals?: number;
}

export function integerItem(options: NumberOptions = {}): ItemSpec {
  return {
    rules: (each) => [IsInt({ each }), ...bounds(options, each)],
    schema: { type: 'integer', ...boundsSchema({ max: Number.MAX_SAFE_INTEGER, ...options }) },
  };
}

export function numberItem(options: DecimalOptions = {}): ItemSpec {
  const { decimals } = options;
  return {
    rules: (each) => [
      IsNumber(decimals === undefined ? {} : { maxDecimalPlaces: decimals }, {
        each,
        message: decimals === undefined ? '$property must be a number' : decimalsMessage(decimals),
      }),
      ...bounds(options, each),
    ],
    schema: { type: 'number', ...boundsSchema(options) },
  };
}

/** An integer that JavaScript holds exactly, i.e. up to 2^53 - 1 on either side of 0. */
export function IntegerField(options: NumberOptions & FieldOptions = {}): PropertyDecorator {
  const { rules, schema } = integerItem(options);
  return composeField(rules(false), schema, options);
}

export function NumberField(options: DecimalOptions & FieldOptions = {}): PropertyDecorator {
  const { rules, schema } = numberItem(options);
  return composeField(rules(false), schema, options);
}

function bounds({ min, max }: NumberOptions, each: boolean): PropertyDecorator[] {
  return [
    ...(min === undefined ? [] : [Min(min, { each })]),
    ...(max === undefined ? [] : [Max(max, { each })]),
  ];
}

function boundsSchema({ min, max }: NumberOptions): { minimum?: number; maximum?: number } {
  return { ...(min !== undefined && { minimum: min }), ...(max !== undefined && { maximum: max }) };
}

function decimalsMessage(decimals: number): string {
  return `$property must be a number with at most ${decimals} decimal${decimals === 1 ? '' : 's'}`;
}
