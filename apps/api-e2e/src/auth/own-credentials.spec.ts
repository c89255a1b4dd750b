import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccessClient, problemOf } from '../support/access-client.js';
import { PASSWORD } from '../support/test-app.js';

const OWN_PASSWORD = [400, 'Change your own password at /auth/change-password, with the current one'];
const OWN_EMAIL = [400, 'Change your own email at /auth/change-email'];

let api: AccessClient;

beforeAll(async () => {
  api = await AccessClient.start();
});
afterAll(() => api.stop());

/** Callers who manage users, by role and by grant. */
const managers: [string, () => Promise<{ id: string; username: string; token: string }>][] = [
  [
    'an administrator',
    async () => {
      const { id, username } = await api.person();
      await api.send('PATCH', `/api/v1/users/${id}`, { role: 'admin' });
      return { id, username, token: await api.app.loginAs(username) };
    },
  ],
  ['a holder of users.write', () => api.holderOf('users.write')],
];

describe.each(managers)('%s', (_, manager) => {
  it('cannot change their own password without the current one', async () => {
    const { id, username, token } = await manager();
    for (const path of [id, id.toUpperCase()]) {
      const body = { password: 'Taken0ver' };
      const answer = await api.send('POST', `/api/v1/users/${path}/set-password`, body, token);
      expect(problemOf(answer)).toEqual(OWN_PASSWORD);
    }
    await api.app.loginAs(username);
    expect((await api.send('GET', '/api/v1/users/me', undefined, token)).status).toBe(200);
  });

  it('changes everything of their own account except the email, which needs the link', async () => {
    const { id, token } = await manager();
    const path = `/api/v1/users/${id}`;
    const { body: before } = await api.send('GET', path, undefined, token);
    const { username, email, role } = before;
    const replacement = { username, email, role, isActive: true };
    const stolen = { email: 'stolen@example.com', fullName: 'Stolen' };
    expect(problemOf(await api.send('PATCH', path, stolen, token))).toEqual(OWN_EMAIL);
    expect(problemOf(await api.send('PUT', path, { ...replacement, ...stolen }, token))).toEqual(OWN_EMAIL);
    expect((await api.send('GET', path, undefined, token)).body).toEqual(before);

    const patched = await api.send('PATCH', path, { email: email.toUpperCase(), age: 36 }, token);
    expect([patched.status, patched.body.email, patched.body.age]).toEqual([200, email, 36]);
    const replaced = await api.send('PUT', path, { ...replacement, fullName: 'Ada' }, token);
    expect([replaced.status, replaced.body.fullName]).toEqual([200, 'Ada']);
  });

  it('can change both for another user', async () => {
    const [{ token }, other] = [await manager(), await api.person()];
    const path = `/api/v1/users/${other.id}`;
    expect((await api.send('PATCH', path, { email: `new-${other.id}@example.com` }, token)).status).toBe(200);
    const password = `${PASSWORD}2`;
    expect((await api.send('POST', `${path}/set-password`, { password }, token)).status).toBe(204);
  });
});
