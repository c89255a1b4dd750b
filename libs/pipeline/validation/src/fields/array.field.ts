import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray } from 'class-validator';
import { enumItem } from './choice.field.js';
import { composeField, FieldOptions, ItemSpec } from './compose-field.js';
import { integerItem, numberItem } from './number.field.js';
import { stringItem, StringOptions, uuidItem } from './string.field.js';

export interface ArrayOptions {
  minItems?: number;
  maxItems?: number;
  unique?: boolean;
}

/** What an {@link ArrayField} may hold. */
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
  return composeField([...sizeRules(options), ...item.rules(true)], schema, options);
}

/** An array of texts: `min`, `max`, `pattern` … are those of each text. */
export function StringsField(options: StringOptions & ArrayOptions & FieldOptions = {}): PropertyDecorator {
  return ArrayField(stringItem(options), options);
}

export function sizeRules({ minItems, maxItems, unique }: ArrayOptions): PropertyDecorator[] {
  return [
    IsArray(),
    ...(minItems === undefined ? [] : [ArrayMinSize(minItems)]),
    ...(maxItems === undefined ? [] : [ArrayMaxSize(maxItems)]),
    ...(unique ? [ArrayUnique()] : []),
  ];
}

export function sizeSchema({ minItems, maxItems, unique }: ArrayOptions): object {
  return {
    ...(minItems !== undefined && { minItems }),
    ...(maxItems !== undefined && { maxItems }),
    ...(unique && { uniqueItems: true }),
  };
}
