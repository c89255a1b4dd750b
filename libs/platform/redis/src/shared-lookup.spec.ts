import type { LookupFunction } from 'node:net';
import { describe, expect, it } from 'vitest';
import { sharedLookup } from './shared-lookup.js';

type Callback = Parameters<LookupFunction>[2];

describe('sharedLookup', () => {
  it('looks up once while the resolver is silent, and shares the result', () => {
    const asked: Callback[] = [];
    const lookup = sharedLookup((_host, _options, callback) => void asked.push(callback));
    const answers: unknown[] = [];
    for (let i = 0; i < 5; i++) lookup('redis', {}, (_error, address) => answers.push(address));
    expect(asked).toHaveLength(1);
    expect(answers).toEqual([]);

    asked[0]!(null, '10.0.0.7', 4);
    expect(answers).toEqual(Array(5).fill('10.0.0.7'));
  });

  it('looks up again after a result or an error', () => {
    const asked: Callback[] = [];
    const lookup = sharedLookup((_host, _options, callback) => void asked.push(callback));
    const errors: unknown[] = [];
    lookup('redis', {}, (error) => errors.push(error?.message));
    asked[0]!(new Error('EAI_AGAIN'), '');
    lookup('redis', {}, (error) => errors.push(error));
    asked[1]!(null, '10.0.0.7', 4);
    expect(errors).toEqual(['EAI_AGAIN', null]);
  });
});
