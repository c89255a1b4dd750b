import type { FieldError } from '@gatehouse/http';
import { ValidationError } from 'class-validator';
import { metadataOf } from './dto-metadata.js';

/** A DTO with rules across fields, or with defaults that depend on other fields. */
export interface Validatable {
  /** Called when every field is valid on its own: fills in absent fields and returns the errors across fields. */
  validateTogether(): FieldError[];
}

/** Sets the defaults of the absent fields of a DTO and of its nested DTOs. */
export function fillDefaults(dto: object): void {
  for (const [each] of objectsIn(dto)) {
    const fields = each as Record<string, unknown>;
    for (const [name, value] of defaultsOf(each.constructor)) {
      if (fields[name] === undefined) fields[name] = structuredClone(value);
    }
  }
}

/** Completes a valid DTO, its nested DTOs first. */
export function complete(dto: object): ValidationError[] {
  return objectsIn(dto).flatMap(([each, parent]) => {
    if (!isCompletable(each)) return [];
    return each.validateTogether().map(({ path, code, message }) => {
      const error = { property: parent + path, constraints: { [code]: message } };
      return Object.assign(new ValidationError(), error);
    });
  });
}

/** Lists the objects in a value, nested ones first, with the path of their fields. */
function objectsIn(value: object, path = ''): [object, string][] {
  const found: [object, string][] = [];
  for (const [name, field] of Object.entries(value)) {
    if (typeof field === 'object' && field !== null)
      found.push(...objectsIn(field as object, `${path}${name}.`));
  }
  found.push([value, path]);
  return found;
}

function isCompletable(value: object): value is Validatable {
  return typeof (value as Partial<Validatable>).validateTogether === 'function';
}

const DEFAULT = Symbol('default');

type Default = readonly [name: string, value: unknown];
type Metadata = ReturnType<typeof metadataOf>[number];

const defaults = new WeakMap<Function, readonly Default[]>();

/** The context by which a conditional rule carries a field's default: mapped types copy it like any other rule. */
export function contextOfDefault(value: unknown): { [DEFAULT]: unknown } {
  return { [DEFAULT]: value };
}

/** Removes the defaults that a class has inherited for its fields. */
export function dropDefaults(type: Function): void {
  for (const metadata of metadataOf(type).filter(hasDefault)) metadata.context = undefined;
}

function defaultsOf(type: Function): readonly Default[] {
  let known = defaults.get(type);
  if (!known) {
    const metadata = metadataOf(type);
    // The condition that `PartialType` adds: in a partial update, an absent field keeps its value.
    const isPartial = ({ propertyName }: Metadata) =>
      metadata.some(
        (each) => each.propertyName === propertyName && each.name === 'isOptional' && !hasDefault(each),
      );
    known = metadata
      .filter((each) => hasDefault(each) && !isPartial(each))
      .map(({ propertyName, context }) => [propertyName, context[DEFAULT]]);
    defaults.set(type, known);
  }
  return known;
}

function hasDefault({ context }: Metadata): boolean {
  return typeof context === 'object' && context !== null && DEFAULT in context;
}
