import type { Type } from '@nestjs/common';
import { DECORATORS } from '@nestjs/swagger';
import { isAtMost, isOneOf, type ResponseType } from './response-type.js';

type Pick = (value: never) => unknown;

/** Where `@ApiProperty` keeps what it declares. */
const { API_MODEL_PROPERTIES_ARRAY: PROPERTIES, API_MODEL_PROPERTIES: PROPERTY } = DECORATORS;

const compiled = new Map<Type<unknown>, Pick>();

/** Creates a function that serialises a handler's result to JSON with only the declared fields. */
export function responseSerializer(type: ResponseType): (result: unknown) => string {
  const pick = pickerOf(type) as (value: unknown) => unknown;
  return (result) => JSON.stringify(pick(result));
}

function pickerOf(type: ResponseType): Pick {
  if (isAtMost(type)) {
    const item = compile(type.item) as (value: unknown) => unknown;
    return (values: unknown[]) => values.map(item);
  }
  if (isOneOf(type)) {
    const shapes = type.oneOf.map((shape) => ({
      required: requiredOf(shape),
      pick: compile(shape) as (value: object) => unknown,
    }));
    return (value: object) => {
      const shape = shapes.find(({ required }) => required.every((name) => name in value));
      if (!shape) throw new Error('A handler answered with a shape that its endpoint does not declare');
      return shape.pick(value);
    };
  }
  return compile(type);
}

interface DeclaredProperty {
  required?: boolean;
  isArray?: boolean;
  type?: unknown;
  schema?: unknown;
}

/** Fields that a response DTO declares, with their `@ApiProperty` options. */
export function propertiesOf(type: Type<unknown>): [string, DeclaredProperty][] {
  const names = (Reflect.getMetadata(PROPERTIES, type.prototype) ?? []) as string[];
  return names.map((name) => {
    const key = name.slice(1); // stored as ":name"
    return [key, Reflect.getMetadata(PROPERTY, type.prototype, key) as DeclaredProperty];
  });
}

function requiredOf(type: Type<unknown>): string[] {
  return propertiesOf(type)
    .filter(([, { required }]) => required !== false)
    .map(([name]) => name);
}

function compile(type: Type<unknown>): Pick {
  const known = compiled.get(type);
  if (known) return known;
  const properties = propertiesOf(type);
  if (properties.length === 0)
    throw new Error(`${type.name} is a response, but declares no field with @ApiProperty`);
  // Set before the fields are read, since a DTO may contain itself.
  const pick = (value: Record<string, unknown> | null): unknown => {
    if (value === null) return null;
    const result: Record<string, unknown> = {};
    for (const field of fields) {
      const given = value[field.name];
      if (given !== undefined) result[field.name] = field.pick ? field.pick(given) : given;
    }
    return result;
  };
  compiled.set(type, pick as Pick);
  const fields = properties.map(([name, property]) => ({ name, pick: nestedPicker(property) }));
  return pick as Pick;
}

function nestedPicker({ type, isArray }: DeclaredProperty): ((value: unknown) => unknown) | undefined {
  const target = isLazy(type) ? type() : type;
  const nested = Array.isArray(target) ? (target[0] as unknown) : target;
  if (typeof nested !== 'function' || !Reflect.getMetadata(PROPERTIES, nested.prototype as object))
    return undefined;
  const pick = compile(nested as Type<unknown>) as (value: unknown) => unknown;
  return isArray || Array.isArray(target) ? (values) => (values as unknown[]).map(pick) : pick;
}

/** `type: () => BookDto` is an arrow function, which has no prototype. */
function isLazy(type: unknown): type is () => unknown {
  return typeof type === 'function' && type.prototype === undefined;
}
