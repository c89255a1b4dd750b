import type { ValidationMetadata } from 'class-validator/types/metadata/ValidationMetadata.js';

const DEFAULT = Symbol('default');

/** The context by which a condition carries the value of an absent field: mapped types copy it like any other rule. */
export function contextOfDefault(value: unknown): { [DEFAULT]: unknown } {
  return { [DEFAULT]: value };
}

/**
 * What makes the value of an absent field, if the field has one. A condition beside the one with the default is that
 * of `PartialType`: in a partial update an absent field means "leave it".
 */
export function defaultOf(conditions: readonly ValidationMetadata[]): (() => unknown) | undefined {
  const own = conditions.find(hasDefault);
  if (!own || conditions.some((condition) => condition.name === 'isOptional' && !hasDefault(condition)))
    return;
  const value: unknown = own.context[DEFAULT];
  return typeof value === 'object' && value !== null ? () => structuredClone(value) : () => value;
}

/** Takes the default away from the field that a condition belongs to. */
export function dropDefault(condition: ValidationMetadata): void {
  if (hasDefault(condition)) condition.context = undefined;
}

function hasDefault(metadata: ValidationMetadata): boolean {
  return typeof metadata.context === 'object' && metadata.context !== null && DEFAULT in metadata.context;
}
