import type { Type } from '@nestjs/common';

/** What a handler returns: a DTO class, a bounded list of one, or one of several shapes. */
export type ResponseType = Type<unknown> | AtMost | OneOf;

/** A complete list of bounded length; lists that can grow use `Page` or `CursorPage`. */
export interface AtMost {
  maxItems: number;
  item: Type<unknown>;
}

/** One of several shapes: the first one whose required fields are all present. */
export interface OneOf {
  oneOf: readonly Type<unknown>[];
}

export function AtMost(maxItems: number, item: Type<unknown>): AtMost {
  return { maxItems, item };
}

export function OneOf(...types: Type<unknown>[]): OneOf {
  return { oneOf: types };
}

export function isAtMost(type: ResponseType): type is AtMost {
  return typeof type === 'object' && 'maxItems' in type;
}

export function isOneOf(type: ResponseType): type is OneOf {
  return typeof type === 'object' && 'oneOf' in type;
}
