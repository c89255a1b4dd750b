import type { Type } from '@nestjs/common';
import type { FieldError } from '@gatehouse/http';
import { compile } from './compile.js';
import { report } from './errors.js';
import { isPlainObject } from './field.js';

/** `json` values have types already; `text` values (query, path, form) are coerced to the type of their field. */
export type InputForm = 'json' | 'text';

/**
 * Validates an input against a DTO class. The result is valid only if no error was added.
 *
 * @param root what to call the input itself in an error, e.g. `body`
 * @param errors receives one error for each field that is wrong
 * @returns an instance of the class, whose absent optional fields are unset
 * @throws Error when the class cannot be compiled
 */
export function validate<T extends object>(
  type: Type<T>,
  input: unknown,
  form: InputForm,
  root: string,
  errors: FieldError[],
): T | undefined {
  const dto = compile(type);
  if (isPlainObject(input)) return dto.run(input, { errors, path: '', depth: 0, isText: form === 'text' });
  if (input === undefined) report(errors, root, 'required', `${root} is required`);
  else report(errors, root, 'isObject', `${root} must be an object`);
  return undefined;
}
