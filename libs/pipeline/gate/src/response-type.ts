import type { Type } from '@nestjs/common';

/** What a handler answers with: a DTO class, a short list of one, or one of several shapes. */
export type ResponseType = Type<unknown> | AtMost | OneOf;

/** A whole list that can never grow; one that can is a `Page` or a `CursorPage`. */
export interface AtMost {
  maxItems: number;
  item: Type<unknown>;
}

/** The answer has one of several shapes: the first whose required fields are all there. */
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
