import {
  IsBoolean,
  IsDate,
  IsEmail,
  IsIn,
  IsNumber,
  IsString,
  IsUUID,
  Matches,
  Max,
  Min,
  MinLength,
} from 'class-validator';
import { booleanFromText, changeText, dateFromText, numberFromText } from './change-text.js';
import { composeField, FieldOptions, ItemSpec } from './compose-field.js';
import { canonicalUri } from './formats.js';
import { IsDecimal, IsSafeInteger, IsWebAddress, MaxCharacters } from './rules.js';

export interface StringOptions {
  /** Minimum length in characters (Unicode code points). */
  min?: number;
  /** Maximum length in characters (Unicode code points). */
  max?: number;
  pattern?: RegExp;
  /** Error message for a text that the pattern does not match. */
  patternMessage?: string;
  /** A `uri` is an http or https URI without credentials, stored as the URL standard serialises it. */
  format?: 'idn-email' | 'uri';
  /** Removes white space at both ends before the rules are checked. */
  trim?: boolean;
  /** Converts the text to its stored form before the rules are checked. */
  canonical?: (text: string) => string;
}

export function stringItem(options: StringOptions = {}): ItemSpec {
  const { min, max, pattern, patternMessage, format, trim, canonical } = options;
  return {
    rules: (each) => [
      IsString({ each }),
      ...(min === undefined ? [] : [MinLength(min, { each })]),
      ...(max === undefined ? [] : [MaxCharacters(max, each)]),
      ...(pattern ? [Matches(pattern, { each, message: patternMessage })] : []),
      ...(format === 'idn-email' ? [IsEmail({}, { each })] : []),
      ...(format === 'uri' ? [IsWebAddress(each), changeText(canonicalUri)] : []),
      ...(canonical ? [changeText(canonical)] : []),
      // Transforms run in reverse order.
      ...(trim ? [changeText((text) => text.trim())] : []),
    ],
    schema: { type: 'string', minLength: min, maxLength: max, pattern: pattern?.source, format },
  };
}

/** A text. NUL characters and unpaired surrogates are always refused. */
export function StringField(options: StringOptions & FieldOptions = {}): PropertyDecorator {
  const { rules, schema } = stringItem(options);
  return composeField(rules(false), schema, options);
}

export function uuidItem(): ItemSpec {
  return {
    rules: (each) => [IsUUID('loose', { each }), changeText((text) => text.toLowerCase())],
    schema: { type: 'string', format: 'uuid', example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081' },
  };
}

/** A UUID of any version, stored in lower case. */
export function UuidField(options: FieldOptions = {}): PropertyDecorator {
  const { rules, schema } = uuidItem();
  return composeField(rules(false), schema, options);
}

export interface NumberOptions {
  min?: number;
  max?: number;
}

export interface DecimalOptions extends NumberOptions {
  /** Maximum number of decimal places. */
  decimals?: number;
}

export function integerItem(options: NumberOptions = {}): ItemSpec {
  return {
    rules: (each) => [IsSafeInteger(each), ...bounds(options, each), numberFromText()],
    schema: { type: 'integer', minimum: options.min, maximum: options.max ?? Number.MAX_SAFE_INTEGER },
  };
}

export function numberItem(options: DecimalOptions = {}): ItemSpec {
  const { decimals } = options;
  return {
    rules: (each) => [
      decimals === undefined
        ? IsNumber({}, { each, message: '$property must be a number' })
        : IsDecimal(decimals, each),
      ...bounds(options, each),
      numberFromText(),
    ],
    schema: { type: 'number', minimum: options.min, maximum: options.max },
  };
}

/** An integer that JavaScript represents exactly: up to 2^53 - 1 on either side of 0. */
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

export interface EnumOptions {
  /** Name of the schema in the OpenAPI document. */
  enumName?: string;
}

type Choices = readonly (string | number)[];

export function enumItem(values: Choices, { enumName }: EnumOptions = {}): ItemSpec {
  const isNumber = values.every((value) => typeof value === 'number');
  return {
    rules: (each) => [IsIn(values, { each }), ...(isNumber ? [numberFromText()] : [])],
    schema: {
      type: isNumber ? 'number' : 'string',
      enum: [...values],
      example: values[0],
      enumName,
    } as ItemSpec['schema'],
  };
}

/** One of several values. For a TypeScript enum, pass `Object.values(TheEnum)`. */
export function EnumField(values: Choices, options: EnumOptions & FieldOptions = {}): PropertyDecorator {
  const { rules, schema } = enumItem(values, options);
  return composeField(rules(false), schema, options);
}

/** `true` or `false`; in queries and forms, these words. */
export function BooleanField(options: FieldOptions = {}): PropertyDecorator {
  return composeField([IsBoolean(), booleanFromText()], { type: 'boolean', example: true }, options);
}

/** A `Date`: on the wire an RFC 3339 text, of the years 0000 to 9999 in UTC. */
export function DateTimeField(options: FieldOptions = {}): PropertyDecorator {
  const message = '$property must be an RFC 3339 date and time, such as 2026-01-31T12:00:00Z';
  const schema = { type: 'string', format: 'date-time', example: '2026-07-01T12:00:00.000Z' };
  return composeField([IsDate({ message }), dateFromText()], schema, options);
}
