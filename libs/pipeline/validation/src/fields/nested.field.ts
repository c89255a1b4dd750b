import type { Type as Class } from '@nestjs/common';
import { Type } from 'class-transformer';
import { IsDefined, IsObject, ValidateNested } from 'class-validator';
import { ArrayOptions, sizeRules, sizeSchema } from './array.field.js';
import { composeField, FieldOptions } from './compose-field.js';

export interface NestedOptions extends ArrayOptions {
  isArray?: boolean;
}

/** Another DTO, or an array of them. Paths of errors inside are dotted, e.g. `items.0.title`. */
export function NestedField(
  type: () => Class,
  options: NestedOptions & FieldOptions = {},
): PropertyDecorator {
  const isArray = options.isArray ?? false;
  const shape = isArray ? sizeRules(options) : [IsObject()];
  const rules = [IsDefined(), ...shape, ValidateNested({ each: isArray }), Type(type)];
  // Swagger knows a lazy type by the name of the function.
  return composeField(rules, { type: () => type(), isArray, ...sizeSchema(options) }, options);
}
