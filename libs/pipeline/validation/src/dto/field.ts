import { coerce, toDate } from './coerce.js';
import type { CompiledDto, Walk } from './compiled-dto.js';
import { isFull, report } from './errors.js';
import type { Kind } from './kind.js';
import type { Rule } from './rule.js';
import { findFlaw, MAX_DEPTH } from './storable.js';

export type Condition = (object: object, value: unknown) => boolean;
export type Transform = (value: unknown, source: object) => unknown;

export interface FieldDefinition {
  name: string;
  kind: Kind;
  isArray: boolean;
  /** All must hold for the value to be validated at all (`IsOptional`, `ValidateIf`). */
  conditions: Condition[];
  /** In the order in which the decorators are written. */
  rules: Rule[];
  transforms: Transform[];
  /** Makes the value of an absent field. */
  makeDefault: (() => unknown) | undefined;
  /** The DTO of a nested value; looked up late, as a DTO may hold itself. */
  nested: (() => CompiledDto<object>) | undefined;
  nestedMessage: string;
}

/** One property of a DTO: reads its value from the input, then checks it. */
export class Field {
  readonly name: string;

  constructor(private readonly definition: FieldDefinition) {
    this.name = definition.name;
  }

  get makeDefault(): (() => unknown) | undefined {
    return this.definition.makeDefault;
  }

  /** Compiles the DTO of a nested value, so that what cannot be compiled is known at start. */
  link(): void {
    this.definition.nested?.();
  }

  /** The value as its type: text is coerced when the input is a query, a path or a form. */
  read(raw: unknown, source: object, isText: boolean): unknown {
    let value = isText ? this.readText(raw) : this.readJson(raw);
    for (const transform of this.definition.transforms) value = transform(value, source);
    return value;
  }

  /** Reports the first thing that is wrong with the value, if any, and returns what to keep. */
  check(object: object, value: unknown, walk: Walk): unknown {
    const { conditions, isArray, nested } = this.definition;
    const isSkipped = conditions.length > 0 && !conditions.every((condition) => condition(object, value));
    // A nested value is looked through field by field, unless nothing looks at it.
    const flaw = nested && !isSkipped ? undefined : findFlaw(value);
    if (flaw) return this.fail(walk, flaw.code, `${this.name} ${flaw.message}`);
    if (isSkipped) return value;
    if (isArray && value !== undefined && !Array.isArray(value)) {
      return this.fail(walk, 'isArray', `${this.name} must be an array`);
    }
    return this.breaksRule(object, value, walk) || !nested ? value : this.checkNested(value, nested(), walk);
  }

  private readText(raw: unknown): unknown {
    const { kind, isArray } = this.definition;
    if (Array.isArray(raw)) return raw.map((item) => (typeof item === 'string' ? coerce(item, kind) : item));
    if (typeof raw !== 'string') return raw;
    const value = coerce(raw, kind);
    return isArray ? [value] : value;
  }

  private readJson(raw: unknown): unknown {
    if (this.definition.kind !== 'date') return raw;
    if (Array.isArray(raw)) return raw.map((item) => (typeof item === 'string' ? toDate(item) : item));
    return typeof raw === 'string' ? toDate(raw) : raw;
  }

  private breaksRule(object: object, value: unknown, walk: Walk): boolean {
    for (const rule of this.definition.rules) {
      const index = rule.firstFailure(value, object);
      if (index === undefined) continue;
      if (value === undefined) this.fail(walk, 'required', `${this.name} is required`);
      else this.fail(walk, rule.name, rule.message(value, object), index);
      return true;
    }
    if (!walk.isText || !this.isUnread(value)) return false;
    this.fail(walk, 'type', `${this.name} must be a ${this.definition.kind}`);
    return true;
  }

  /** Whether text stayed text because it is not of the field's kind, and no rule has said so. */
  private isUnread(value: unknown): boolean {
    if (this.definition.kind === 'text') return false;
    return (
      typeof value === 'string' || (Array.isArray(value) && value.some((item) => typeof item === 'string'))
    );
  }

  private checkNested(value: unknown, dto: CompiledDto<object>, walk: Walk): unknown {
    if (value === undefined) return this.fail(walk, 'required', `${this.name} is required`);
    if (walk.depth >= MAX_DEPTH) {
      return this.fail(walk, 'maxDepth', `${this.name} must not be nested deeper than ${MAX_DEPTH} levels`);
    }
    if (!this.definition.isArray) return this.checkObject(value, dto, walk, `${walk.path}${this.name}`);
    // Once there are too many errors nobody sees the rest, nor the values.
    return (value as unknown[]).map((item, i) =>
      isFull(walk.errors) ? item : this.checkObject(item, dto, walk, `${walk.path}${this.name}.${i}`),
    );
  }

  private checkObject(value: unknown, dto: CompiledDto<object>, walk: Walk, path: string): unknown {
    if (isPlainObject(value)) return dto.run(value, { ...walk, path: `${path}.`, depth: walk.depth + 1 });
    report(walk.errors, path, 'nestedValidation', this.definition.nestedMessage);
    return value;
  }

  private fail(walk: Walk, code: string, message: string, index = -1): undefined {
    const path = walk.path + this.name;
    report(walk.errors, index < 0 ? path : `${path}.${index}`, code, message);
  }
}

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
