import type { Type } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { isRepeatable } from '../dto/dto-metadata.js';
import type { ValidationPipe } from '../validation.pipe.js';

/** Longer ones are rare, and would let the memory grow to tens of megabytes. */
const MAX_LENGTH = 512;

/** The valid paths and queries of all routes: one bound, and what is asked for most stays, whatever its route. */
const seen = new LRUCache<string, object>({ max: 20_000 });
let memories = 0;

/**
 * Validates the paths or the queries of one route. The same text gives the same frozen instance, from a bounded memory
 * of the valid ones; not where a rule is async, whose answer may change.
 */
export class InputMemory {
  private readonly prefix = `${memories++} `;
  private readonly isRepeatable: boolean;

  constructor(
    private readonly type: Type<object>,
    private readonly name: 'path' | 'query',
    private readonly pipe: ValidationPipe,
  ) {
    this.isRepeatable = isRepeatable(type);
  }

  get(text: string): object | undefined {
    return seen.get(this.prefix + text);
  }

  /** @param parse the fields that the text has */
  async read(text: string, parse: () => unknown): Promise<object> {
    const key = this.prefix + text;
    const known = seen.get(key);
    if (known) return known;
    const input = await this.pipe.read(this.type, parse(), { name: this.name, form: 'text' });
    const isShared = freezeDeep(input) && this.isRepeatable && text.length < MAX_LENGTH;
    if (isShared) seen.set(key, input);
    return input;
  }
}

/**
 * Freezes a value and what it holds.
 *
 * @returns whether that makes it immutable, so that it can be shared: a `Date` can be set even when frozen
 */
function freezeDeep(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (value instanceof Date) return false;
  Object.freeze(value);
  return Object.values(value).map(freezeDeep).every(Boolean);
}
