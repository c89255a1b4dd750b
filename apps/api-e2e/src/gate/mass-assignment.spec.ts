import { afterAll, describe, expect, it } from 'vitest';
import { expectProblem } from '../support/expect-problem.js';
import { HostileApp } from '../support/hostile-app.js';
import type { Operation } from '../support/operations.js';

const target = await HostileApp.start();
afterAll(() => target.stop());

/** Fields that only the application or few callers may set, each with a plausible value. */
const FIELDS = {
  id: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081',
  role: 'admin',
  isActive: true,
  passwordHash: '$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNo',
  credentialsVersion: 1,
  userId: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081',
  version: 1,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
};

const FORM = 'application/x-www-form-urlencoded';
const withBody = target.operations.filter(({ fields }) => Object.keys(fields).length > 0);
const withForm = withBody.filter(({ types }) => types.includes(FORM));

/** Those that the operation does not declare, by the names of the API and of the columns. A PUT ignores what GET returns. */
function attacksOn({ fields, ignored }: Operation): [string, unknown][] {
  const spelt = Object.entries(FIELDS).flatMap(([name, value]) => {
    const column = name.replace(/[A-Z]/g, '_$&').toLowerCase();
    return [...new Set([name, column])].map((key): [string, unknown] => [key, value]);
  });
  return spelt.filter(([name]) => !(name in fields) && !ignored.includes(name));
}

function texts(fields: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)]));
}

describe('Fields that clients must not set', () => {
  it.each(withBody)('$name refuses each, and changes nothing', async (operation) => {
    await target.refuses(async () => {
      for (const [name, value] of attacksOn(operation)) {
        const body = JSON.stringify({ ...operation.example, [name]: value });
        const { errors } = expectProblem(await target.sendJson(operation, body), 422);
        // The rest of the request is valid.
        expect(errors).toMatchObject([{ path: name, code: 'unknown' }]);
      }
    });
  });

  it.each(withForm)('$name refuses each in a form', async (operation) => {
    await target.refuses(async () => {
      for (const [name, value] of attacksOn(operation)) {
        const body = new URLSearchParams({ ...texts(operation.example), [name]: String(value) }).toString();
        const options = { headers: { 'content-type': FORM }, body };
        const { errors } = expectProblem(await target.send(operation.method, operation.path, options), 422);
        expect(errors).toMatchObject([{ path: name, code: 'unknown' }]);
      }
    });
  });

  it('include role and state of an account, except where administrators set them', () => {
    const settable = withBody.filter(({ fields }) => 'role' in fields || 'isActive' in fields);
    expect(settable.map(({ name }) => name).sort()).toEqual([
      'PATCH /api/v1/users/{id}',
      'POST /api/v1/users',
      'PUT /api/v1/users/{id}',
    ]);
  });
});
