import { describe, expect, it } from 'vitest';
import type { Principal } from '@gatehouse/http';
import { requireToHold } from './group-authority.js';
import { admin } from './testing.js';

const holding = (caller: Principal, ...names: string[]): Principal => ({
  ...caller,
  can: (name) => names.includes(name),
});
const user: Principal = { ...admin, role: 'user' };
const key: Principal = { ...admin, apiKeyId: admin.id };

describe('requireToHold', () => {
  it.each([
    ['a user with all', holding(user, 'a.x', 'a.y')],
    ['an administrator without any by name', holding(admin)],
    ['a key of an administrator with all', holding(key, 'a.x', 'a.y')],
  ])('lets %s pass', (_, caller) => {
    expect(() => requireToHold(caller, ['a.x', 'a.y'])).not.toThrow();
  });

  it.each([
    ['a user with some', holding(user, 'a.x')],
    ['a key of an administrator with some', holding(key, 'a.y')],
  ])('refuses %s', (_, caller) => {
    expect(() => requireToHold(caller, ['a.x', 'a.y'])).toThrow('Insufficient permissions');
  });
});
