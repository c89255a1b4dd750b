import type { Type } from '@nestjs/common';

/** What a handler answers with: a DTO class, an array of one (`[BookDto]`), or one of several shapes. */
export type ResponseType = Type<unknown> | readonly [Type<unknown>] | OneOf;

/** The answer has one of several shapes: the first whose required fields are all there. */
export interface OneOf {
  oneOf: readonly Type<unknown>[];
}

export function OneOf(...types: Type<unknown>[]): OneOf {
  return { oneOf: types };
}

export function isOneOf(type: ResponseType): type is OneOf {
  return typeof type === 'object' && 'oneOf' in type;
}
