import { IsBoolean, IsIn } from 'class-validator';
import { composeField, FieldOptions, ItemSpec } from './compose-field.js';

export interface EnumOptions {
  /** Gives the schema a name of its own in the OpenAPI document. */
  enumName?: string;
}

type Choices = readonly (string | number)[];

export function enumItem(values: Choices, { enumName }: EnumOptions = {}): ItemSpec {
  return {
    rules: (each) => [IsIn(values, { each })],
    schema: {
      type: typeOf(values),
      enum: [...values],
      example: values[0],
      ...(enumName && { enumName }),
    } as ItemSpec['schema'],
  };
}

/** One of some values. Of a TypeScript enum, give `Object.values(TheEnum)`. */
export function EnumField(values: Choices, options: EnumOptions & FieldOptions = {}): PropertyDecorator {
  const { rules, schema } = enumItem(values, options);
  return composeField(rules(false), schema, options);
}

/** `true` or `false`, in queries and forms by these words. */
export function BooleanField(options: FieldOptions = {}): PropertyDecorator {
  return composeField([IsBoolean()], { type: 'boolean', example: true }, options);
}

function typeOf(values: Choices): 'string' | 'number' {
  return values.every((value) => typeof value === 'number') ? 'number' : 'string';
}
