import type { Type as Class } from '@nestjs/common';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsDefined,
  IsObject,
  ValidateNested,
} from 'class-validator';
import { arrayFromText } from './change-text.js';
import { composeField, FieldOptions, ItemSpec } from './compose-field.js';
import { enumItem, integerItem, numberItem, stringItem, StringOptions, uuidItem } from './scalar.fields.js';

export interface ArrayOptions {
  minItems?: number;
  maxItems?: number;
  unique?: boolean;
}

/** Kinds of items of an {@link ArrayField}. */
export const items = {
  string: stringItem,
  uuid: uuidItem,
  integer: integerItem,
  number: numberItem,
  enum: enumItem,
} as const;

/** An array of one kind of item, e.g. `@ArrayField(items.integer({ min: 1 }), { maxItems: 10 })`. */
export function ArrayField(item: ItemSpec, options: ArrayOptions & FieldOptions = {}): PropertyDecorator {
  const schema = { type: 'array', items: item.schema, ...sizeSchema(options) };
  return composeField([...sizeRules(options), ...item.rules(true), arrayFromText()], schema, options);
}

/** An array of texts: `min`, `max`, `pattern` … apply to each text. */
export function StringsField(options: StringOptions & ArrayOptions & FieldOptions = {}): PropertyDecorator {
  return ArrayField(stringItem(options), options);
}

export interface NestedOptions extends ArrayOptions {
  isArray?: boolean;
}

/** Another DTO, or an array of them. Paths of nested errors are dotted, e.g. `items.0.title`. */
export function NestedField(
  type: () => Class,
  options: NestedOptions & FieldOptions = {},
): PropertyDecorator {
  const isArray = options.isArray ?? false;
  const rules = [
    IsDefined(),
    ...(isArray ? sizeRules(options) : []),
    IsObject({ each: isArray, message: '$property must be an object' }),
    ValidateNested({ each: isArray }),
    Type(type),
  ];
  // Swagger recognises a lazy type by the name of the function.
  return composeField(rules, { type: () => type(), isArray, ...sizeSchema(options) }, options);
}

function sizeRules({ minItems, maxItems, unique }: ArrayOptions): PropertyDecorator[] {
  return [
    IsArray(),
    ...(minItems === undefined ? [] : [ArrayMinSize(minItems)]),
    ...(maxItems === undefined ? [] : [ArrayMaxSize(maxItems)]),
    ...(unique ? [ArrayUnique()] : []),
  ];
}

function sizeSchema({ minItems, maxItems, unique }: ArrayOptions): object {
  return { minItems, maxItems, uniqueItems: unique };
}
