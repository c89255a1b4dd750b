import { expect, it } from 'vitest';
import { refreshSecrets } from '../opaque-secrets.js';
import { openSuccessor, sealSuccessor } from './sealed-successor.js';

const spent = refreshSecrets.make();
const successor = refreshSecrets.make();

it('opens with the spent token, and looks different each time', () => {
  const [one, two] = [sealSuccessor(spent, successor), sealSuccessor(spent, successor)];
  expect(openSuccessor(spent, one)).toBe(successor);
  expect(openSuccessor(spent, two)).toBe(successor);
  expect(one.equals(two)).toBe(false);
  expect(one.includes(successor)).toBe(false);
});

it('does not open with another token, or when a bit was changed', () => {
  const sealed = sealSuccessor(spent, successor);
  expect(() => openSuccessor(refreshSecrets.make(), sealed)).toThrow();
  for (const at of [0, 12, sealed.length - 1]) {
    const changed = Buffer.from(sealed);
    changed[at]! ^= 1;
    expect(() => openSuccessor(spent, changed)).toThrow();
  }
});
