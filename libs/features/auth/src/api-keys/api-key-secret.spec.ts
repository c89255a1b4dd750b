import { expect, it } from 'vitest';
import { hashApiKey, newApiKey, visiblePrefix } from './api-key-secret.js';

it('has a prefix, 256 random bits and a checksum', () => {
  const keys = Array.from({ length: 100 }, newApiKey);
  for (const key of keys) {
    expect(key).toMatch(/^ghk_[\w-]{49}$/);
    expect(hashApiKey(key)).toHaveLength(32);
  }
  expect(new Set(keys).size).toBe(100);
});

it('is invalid when any character is wrong, missing or added', () => {
  const key = newApiKey();
  for (let at = 0; at < key.length; at++) {
    const other = key[at] === 'A' ? 'B' : 'A';
    expect(hashApiKey(key.slice(0, at) + other + key.slice(at + 1))).toBeUndefined();
    expect(hashApiKey(key.slice(0, at) + key.slice(at + 1))).toBeUndefined();
  }
  for (const text of ['', 'ghk_', `${key}A`, ` ${key}`, `${key}\n`, `${key}, ${key}`]) {
    expect(hashApiKey(text)).toBeUndefined();
  }
});

it('shows 8 of its random characters', () => {
  const key = newApiKey();
  expect(visiblePrefix(key)).toBe(key.slice(0, 12));
});
