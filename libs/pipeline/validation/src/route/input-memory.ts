import type { Type } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { isRepeatable } from '../dto/dto-metadata.js';
import type { ValidationPipe } from '../validation.pipe.js';

/** Longer texts are rare, and would let the cache grow to tens of megabytes. */
const MAX_LENGTH = 512;

/**
 * Valid paths and queries of all routes in one bounded cache, so that the most used ones stay, whatever their route.
 */
const seen = new LRUCache<string, object>({ max: 20_000 });
let memories = 0;

/**
 * Validates the paths or the queries of one route. The same text returns the same frozen instance from a bounded
 * cache, unless a rule is async, since its result may change.
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

  /** @param parse returns the fields of the text */
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
 * Freezes a value and everything in it.
 * @returns whether the value is now immutable and can be shared: a `Date` stays mutable even when frozen
 */
function freezeDeep(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (value instanceof Date) return false;
  Object.freeze(value);
  return Object.values(value).map(freezeDeep).every(Boolean);
}
