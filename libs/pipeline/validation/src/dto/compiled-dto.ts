import type { Type } from '@nestjs/common';
import type { FieldError } from '@gatehouse/http';
import { isCompletable } from './completable.js';
import { isFull, report, reportUnknown } from './errors.js';
import type { Field } from './field.js';

/** Where a validation is in its input, and what it has found. */
export interface Walk {
  readonly errors: FieldError[];
  /** Dotted path of the object, with a dot at its end unless it is the root. */
  readonly path: string;
  readonly depth: number;
  /** Whether all values are text (a query, a path, a form), which is coerced to the type of its field. */
  readonly isText: boolean;
}

/** A DTO class with its rules resolved, so that validating costs no look-up of metadata. */
export class CompiledDto<T extends object> {
  private readonly names: ReadonlySet<string>;
  private readonly completes: boolean;

  constructor(
    private readonly type: Type<T>,
    private readonly fields: readonly Field[],
  ) {
    this.names = new Set(fields.map((field) => field.name));
    this.completes = isCompletable(type.prototype as object);
  }

  get fieldNames(): ReadonlySet<string> {
    return this.names;
  }

  /** Compiles the DTOs of nested fields. */
  link(): void {
    for (const field of this.fields) field.link();
  }

  /** Makes an instance from an object. It is valid only if nothing was added to `walk.errors`. */
  run(input: Record<string, unknown>, walk: Walk): T {
    const instance = new this.type();
    const values = instance as Record<string, unknown>;
    const errorsBefore = walk.errors.length;
    let known = 0;
    for (const field of this.fields) {
      if (Object.hasOwn(input, field.name)) {
        known++;
        values[field.name] = field.read(input[field.name], input, walk.isText);
      } else if (field.makeDefault) {
        values[field.name] = field.makeDefault();
      }
    }
    for (const field of this.fields) {
      const value = values[field.name];
      const kept = field.check(instance, value, walk);
      if (kept !== value) values[field.name] = kept;
    }
    this.reportUnknownOf(input, known, walk);
    if (this.completes && walk.errors.length === errorsBefore && !isFull(walk.errors))
      this.complete(instance, walk);
    return instance;
  }

  private complete(instance: object, walk: Walk): void {
    if (!isCompletable(instance)) return;
    for (const { path, code, message } of instance.complete())
      report(walk.errors, walk.path + path, code, message);
  }

  private reportUnknownOf(input: Record<string, unknown>, known: number, walk: Walk): void {
    const keys = Object.keys(input);
    if (keys.length === known) return;
    for (const key of keys) {
      if (isFull(walk.errors)) return;
      if (!this.names.has(key)) reportUnknown(walk.errors, walk.path + key);
    }
  }
}
