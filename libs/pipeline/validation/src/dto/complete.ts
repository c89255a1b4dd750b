import type { FieldError } from '@gatehouse/http';
import { ValidationError } from 'class-validator';
import { metadataOf } from './dto-metadata.js';

/** A DTO with rules between its fields, or with values that depend on other fields. */
export interface Completable {
  /** Runs when each field by itself is valid: fills in what is absent, and returns what is wrong. */
  complete(): FieldError[];
}

/** Gives the absent fields of a DTO, and of those that it holds, their defaults. */
export function fillDefaults(dto: object): void {
  for (const [each] of objectsIn(dto)) {
    const fields = each as Record<string, unknown>;
    for (const [name, value] of defaultsOf(each.constructor)) {
      if (fields[name] === undefined) fields[name] = structuredClone(value);
    }
  }
}

/** Completes a valid DTO, and those that it holds before it. */
export function complete(dto: object): ValidationError[] {
  return objectsIn(dto).flatMap(([each, parent]) => {
    if (!isCompletable(each)) return [];
    return each.complete().map(({ path, code, message }) => {
      const error = { property: parent + path, constraints: { [code]: message } };
      return Object.assign(new ValidationError(), error);
    });
  });
}

/** The objects in a value, each after those that it holds, with the path of their fields. */
function objectsIn(value: object, path = ''): [object, string][] {
  const found: [object, string][] = [];
  for (const [name, field] of Object.entries(value)) {
    if (typeof field === 'object' && field !== null)
      found.push(...objectsIn(field as object, `${path}${name}.`));
  }
  found.push([value, path]);
  return found;
}

function isCompletable(value: object): value is Completable {
  return typeof (value as Partial<Completable>).complete === 'function';
}

const DEFAULT = Symbol('default');

type Default = readonly [name: string, value: unknown];
type Metadata = ReturnType<typeof metadataOf>[number];

const defaults = new WeakMap<Function, readonly Default[]>();

/** The context by which a condition carries the value of an absent field: mapped types copy it like any other rule. */
export function contextOfDefault(value: unknown): { [DEFAULT]: unknown } {
  return { [DEFAULT]: value };
}

/** Takes the defaults away from the fields of a class that has them from another. */
export function dropDefaults(type: Function): void {
  for (const metadata of metadataOf(type).filter(hasDefault)) metadata.context = undefined;
}

function defaultsOf(type: Function): readonly Default[] {
  let known = defaults.get(type);
  if (!known) {
    const metadata = metadataOf(type);
    // The condition that `PartialType` adds: in a partial update an absent field means "leave it".
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
