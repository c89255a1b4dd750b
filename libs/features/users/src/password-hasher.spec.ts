import { stat } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { UnavailableProblem } from '@gatehouse/http';
import { PasswordHasher } from './password-hasher.js';
import { UsersSettings } from './users.settings.js';

describe('hashing', () => {
  it('leaves half of the thread pool free, has a short queue, and refuses the rest at once', async () => {
    const slow = { ARGON2_MEMORY_KIB: 32_768, ARGON2_PASSES: 3 };
    const hasher = new PasswordHasher(Object.assign(new UsersSettings(), slow));
    const done: string[] = [];
    const work = Array.from({ length: 208 }, () => hasher.hash('x').finally(() => done.push('hash')));
    const all = Promise.allSettled(work);
    await new Promise(setImmediate);
    expect(done).toHaveLength(208 - 2 - 32);
    const hashed = done.length;
    await stat(import.meta.filename);
    expect(done).toHaveLength(hashed);

    const refused = (await all).flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    expect(refused).toHaveLength(208 - 2 - 32);
    expect(refused[0]).toBeInstanceOf(UnavailableProblem);
    expect(refused[0]).toMatchObject({ headers: { 'retry-after': '1' } });
    expect(await hasher.verify(await hasher.hash('x'), 'x')).toBe(true);
  });
});
