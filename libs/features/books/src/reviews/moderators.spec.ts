import { expect, it } from 'vitest';
import { isModerator } from './moderators.js';

const caller = { id: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081', username: 'mona', can: () => true };

it('recognises users with the role as moderators, but not their API keys', () => {
  expect(isModerator({ ...caller, role: 'moderator' })).toBe(true);
  expect(isModerator({ ...caller, role: 'admin' })).toBe(true);
  expect(isModerator({ ...caller, role: 'admin', apiKeyId: caller.id })).toBe(false);
  expect(isModerator({ ...caller, role: 'user' })).toBe(false);
  expect(isModerator(undefined)).toBe(false);
});
