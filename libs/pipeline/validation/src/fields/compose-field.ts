import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptions } from '@nestjs/swagger';
import { IsOptional, ValidateIf } from 'class-validator';
import { contextOfDefault } from '../dto/complete.js';

/** Options of every field decorator. */
export interface FieldOptions {
  /** The field may be absent. */
  optional?: boolean;
  /** The field may be `null`. */
  nullable?: boolean;
  /** Value of an absent field; makes it optional. */
  default?: unknown;
  description?: string;
  example?: unknown;
  deprecated?: boolean;
}

/** Rules and schema of one value, which a field holds once or an array field many times. */
export interface ItemSpec {
  /**
   * Transforms, and rules in the order in which they are checked. @param each whether the value is an item of an
   * array
   */
  rules(each: boolean): PropertyDecorator[];
  schema: ApiPropertyOptions;
}

/** Combines a field's rules, optionality and OpenAPI schema into one decorator. */
export function composeField(
  rules: PropertyDecorator[],
  schema: object,
  options: FieldOptions,
): PropertyDecorator {
  return applyDecorators(...rules, ...presence(options), ApiProperty({ ...schema, ...documented(options) }));
}

function presence(options: FieldOptions): PropertyDecorator[] {
  const { nullable } = options;
  const optional = options.optional || options.default !== undefined;
  const context = options.default === undefined ? undefined : contextOfDefault(options.default);
  if (optional && nullable) return [IsOptional({ context })];
  if (optional) return [ValidateIf((_, value) => value !== undefined, { context })];
  if (nullable) return [ValidateIf((_, value) => value !== null)];
  return [];
}

function documented(options: FieldOptions): ApiPropertyOptions {
  const { optional, nullable, default: defaultValue, description, example, deprecated } = options;
  return {
    required: !optional && defaultValue === undefined,
    ...(nullable && { nullable }),
    ...(defaultValue !== undefined && { default: defaultValue }),
    ...(description && { description }),
    ...(example !== undefined && { example }),
    ...(deprecated && { deprecated }),
  };
}
