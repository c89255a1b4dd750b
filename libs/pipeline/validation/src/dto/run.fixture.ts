import type { Type } from '@nestjs/common';
import type { FieldError } from '@gatehouse/http';
import { type InputForm, validate } from './validate.js';

/** Validates for a spec: the value, the errors, and the errors as `path:code`. */
export function run<T extends object>(type: Type<T>, input: unknown, form: InputForm = 'json') {
  const errors: FieldError[] = [];
  const value = validate(type, input, form, 'body', errors);
  return { value: value as T, errors, codes: errors.map(({ path, code }) => `${path}:${code}`) };
}
