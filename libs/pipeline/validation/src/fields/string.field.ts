import { Transform } from 'class-transformer';
import { IsEmail, IsString, IsUUID, Matches, MaxLength, MinLength, ValidateBy } from 'class-validator';
import { composeField, FieldOptions, ItemSpec } from './compose-field.js';
import { canonicalUri, isUri } from './formats.js';

export interface StringOptions {
  /** Least length in characters (Unicode code points). */
  min?: number;
  /** Greatest length in characters (Unicode code points). */
  max?: number;
  pattern?: RegExp;
  /** Error message for a text that the pattern does not match. */
  patternMessage?: string;
  /** A `uri` is one of http or https without credentials, and kept as the URL standard serialises it. */
  format?: 'idn-email' | 'uri';
  /** Drops white space at both ends before the rules are checked. */
  trim?: boolean;
  /** Brings the text into the form in which it is kept, before the rules are checked. */
  canonical?: (text: string) => string;
}

export function stringItem(options: StringOptions = {}): ItemSpec {
  const { min, max, pattern, patternMessage, format } = options;
  return {
    rules: (each) => [
      IsString({ each }),
      ...(min === undefined ? [] : [MinLength(min, { each })]),
      ...(max === undefined ? [] : [MaxLength(max, { each })]),
      ...(pattern ? [Matches(pattern, { each, message: patternMessage })] : []),
      ...(format === 'idn-email' ? [IsEmail({}, { each })] : []),
      ...(format === 'uri'
        ? [
            ValidateBy(
              { name: 'isUrl', validator: { validate: isUri } },
              { each, message: '$property must be an http or https URI without credentials' },
            ),
            transformText(canonicalUri),
          ]
        : []),
      ...transforms(options),
    ],
    schema: {
      type: 'string',
      ...(min !== undefined && { minLength: min }),
      ...(max !== undefined && { maxLength: max }),
      ...(pattern && { pattern: pattern.source }),
      ...(format && { format }),
    },
  };
}

/** A text. NUL characters and unpaired surrogates are refused in every text. */
export function StringField(options: StringOptions & FieldOptions = {}): PropertyDecorator {
  const { rules, schema } = stringItem(options);
  return composeField(rules(false), schema, options);
}

export function uuidItem(): ItemSpec {
  return {
    rules: (each) => [IsUUID('loose', { each }), ...transforms({ canonical: (text) => text.toLowerCase() })],
    schema: { type: 'string', format: 'uuid', example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081' },
  };
}

/** A UUID of any version, kept in lower case. */
export function UuidField(options: FieldOptions = {}): PropertyDecorator {
  const { rules, schema } = uuidItem();
  return composeField(rules(false), schema, options);
}

function transforms({ trim, canonical }: StringOptions): PropertyDecorator[] {
  if (!trim && !canonical) return [];
  const change = (text: string) => {
    const trimmed = trim ? text.trim() : text;
    return canonical ? canonical(trimmed) : trimmed;
  };
  return [transformText(change)];
}

function transformText(change: (text: string) => string): PropertyDecorator {
  const changeText = (value: unknown) => (typeof value === 'string' ? change(value) : value);
  return Transform(
    ({ value }: { value: unknown }) => (Array.isArray(value) ? value.map(changeText) : changeText(value)),
    { toClassOnly: true },
  );
}
