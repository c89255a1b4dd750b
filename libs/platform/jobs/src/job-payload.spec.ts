import { describe, expect, it } from 'vitest';
import { checkPayload, MAX_PAYLOAD_BYTES } from './job-payload.js';

describe('checkPayload', () => {
  it.each([{}, { id: 1, list: [null, 'ä', { at: new Date() }] }, Object.create(null)])(
    'takes %j',
    (payload) => {
      expect(() => checkPayload(payload)).not.toThrow();
    },
  );

  it.each([
    ['null', null, /plain object/],
    ['a list', [1], /plain object/],
    ['an instance', new Map(), /plain object/],
    ['U+0000', { a: ['x\0'] }, /U\+0000/],
    ['half a surrogate pair in a name', { 'a\ud800': 1 }, /surrogate/],
    ['a bigint', { a: 1n }, /BigInt/],
    ['too many bytes', { a: 'ä'.repeat(MAX_PAYLOAD_BYTES / 2) }, /64008 bytes; at most 64000/],
  ])('refuses %s', (_, payload, message) => {
    expect(() => checkPayload(payload as object)).toThrow(message);
  });
});
