import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  AccessClient,
  groupGrant,
  GROUPS,
  memberPath,
  PERMISSIONS,
  problemOf,
  roleGrant,
  UNKNOWN,
} from '../support/access-client.js';
import type { Answer } from '../support/test-app.js';

let api: AccessClient;

beforeAll(async () => {
  api = await AccessClient.start();
});
afterAll(() => api.stop());

/** The two ways to change permissions. */
const both = [
  (path: string, token?: string) => api.put(path, token),
  (path: string, token?: string) => api.remove(path, token),
];

describe('Groups', () => {
  it('are created, found, changed and deleted', async () => {
    const fields = { name: ' Curators ', description: 'They choose' };
    const created = await api.send('POST', GROUPS, fields);
    const path = `${GROUPS}/${created.body.id}`;
    expect([created.status, created.headers.get('location')]).toEqual([201, path]);
    expect(created.body).toMatchObject({ name: 'Curators', description: 'They choose' });

    expect((await api.get(path)).body).toEqual(created.body);
    const changes = { name: 'CURATORS', description: null };
    const changed = await api.send('PATCH', path, changes);
    expect([changed.status, changed.body]).toMatchObject([200, changes]);
    expect((await api.remove(path)).status).toBe(204);
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const body = method === 'PATCH' ? { name: 'x' } : undefined;
      const answer = await api.send(method, path, body);
      expect(problemOf(answer)).toEqual([404, `Group ${created.body.id} not found`]);
    }
  });

  it('have unique names, regardless of case', async () => {
    const create = (name: string) => api.send('POST', GROUPS, { name });
    expect((await create('Lectors')).status).toBe(201);
    expect(problemOf(await create('LECTORS'))).toEqual([409, 'Group with this name already exists']);
    const path = `${GROUPS}/${await api.group()}`;
    const renamed = await api.send('PATCH', path, { name: 'lectors' });
    expect(problemOf(renamed)).toEqual([409, 'Group with this name already exists']);
  });

  it.each([
    {},
    { name: '' },
    { name: '   ' },
    { name: 'x'.repeat(101) },
    { name: null },
    { name: 'x', description: 'x'.repeat(501) },
    { name: 'x', permissions: ['access.write'] },
    { name: 'x', id: UNKNOWN },
  ])('are refused as %j', async (body) => {
    expect((await api.send('POST', GROUPS, body)).status).toBe(422);
  });

  it('are listed by page and by cursor, found by part of the name, and sorted', async () => {
    for (const name of ['50% Zeta', 'alpha Zeta', 'Beta zETA']) await api.send('POST', GROUPS, { name });
    const list = (query: string) => api.get(`${GROUPS}?${query}`);
    const namesOf = ({ body }: Answer) => body.items.map(({ name }: { name: string }) => name);

    expect(namesOf(await list('q=zeta&sort=createdAt'))).toEqual(['50% Zeta', 'alpha Zeta', 'Beta zETA']);
    expect(namesOf(await list('q=zeta&sort=-createdAt&pageSize=1&page=2'))).toEqual(['alpha Zeta']);
    expect(namesOf(await list('q=0%25%20z'))).toEqual(['50% Zeta']);
    expect(namesOf(await list('q=_'))).toEqual([]);
    const first = await list('q=zeta&sort=name&limit=2');
    const second = await list(`q=zeta&sort=name&limit=2&cursor=${first.body.nextCursor}`);
    const names = [...namesOf(first), ...namesOf(second)];
    expect([...names].sort()).toEqual(['50% Zeta', 'Beta zETA', 'alpha Zeta']);
    expect([first.body.hasNext, second.body.hasNext]).toEqual([true, false]);
    for (const bad of ['sort=description', 'q=', 'page=1&limit=1', 'x=1'])
      expect((await list(bad)).status).toBe(422);
  });
});

describe('Members', () => {
  it('are added and removed any number of times, and listed with their names', async () => {
    const groupId = await api.group();
    const people = [await api.person(), await api.person(), await api.person()];
    for (const { id } of [...people, people[0]!])
      expect((await api.put(memberPath(groupId, id))).status).toBe(204);

    const path = `${GROUPS}/${groupId}/members`;
    const page = await api.get(path);
    const expected = people.map(({ id: userId, username }) => ({
      userId,
      username,
      addedAt: expect.any(String),
    }));
    expect(page.body).toMatchObject({ total: 3, items: expected });
    const first = await api.get(`${path}?limit=2&sort=-addedAt`);
    const { nextCursor } = first.body;
    const second = await api.get(`${path}?limit=2&sort=-addedAt&cursor=${nextCursor}`);
    expect([...first.body.items, ...second.body.items]).toEqual(expected.toReversed());

    for (const _ of [1, 2]) expect((await api.remove(memberPath(groupId, people[1]!.id))).status).toBe(204);
    await api.remove(`/api/v1/users/${people[2]!.id}`);
    expect((await api.get(path)).body.items).toEqual([expected[0]]);
  });

  it('are not found in an unknown group, nor when they are unknown', async () => {
    const groupId = await api.group();
    const { id } = await api.person();
    for (const act of both) {
      expect(problemOf(await act(memberPath(UNKNOWN, id)))).toEqual([404, `Group ${UNKNOWN} not found`]);
      expect(problemOf(await act(memberPath(groupId, UNKNOWN)))).toEqual([404, `User ${UNKNOWN} not found`]);
      for (const path of [memberPath('x', id), memberPath(groupId, 'x')])
        expect((await act(path)).status).toBe(422);
    }
    const listed = await api.get(`${GROUPS}/${UNKNOWN}/members`);
    expect(problemOf(listed)).toEqual([404, `Group ${UNKNOWN} not found`]);
  });
});

describe('Permissions', () => {
  it('are listed with their grants: initially the default roles', async () => {
    const { status, body } = await api.get(PERMISSIONS);
    expect(status).toBe(200);
    const names = body.map(({ name }: { name: string }) => name);
    expect(names).toEqual([...names].sort());
    expect(body).toContainEqual({
      name: 'access.read',
      description: 'See groups, their members, and granted permissions',
      feature: 'access',
      roles: ['moderator'],
      groups: [],
    });
  });

  it('are granted to a role and revoked, from the next request on', async () => {
    const { token } = await api.person();
    expect(await api.probeStatus(token)).toBe(403);
    for (const _ of [1, 2]) expect((await api.put(roleGrant('probe.use', 'user'))).status).toBe(204);
    expect(await api.probeStatus(token)).toBe(422);
    for (const _ of [1, 2]) expect((await api.remove(roleGrant('probe.use', 'user'))).status).toBe(204);
    expect(await api.probeStatus(token)).toBe(403);
  });

  it('are held through a group as long as the user is a member and the group exists and has the grant', async () => {
    const { id, token, groupId } = await api.holderOf('probe.use');
    const statuses = [await api.probeStatus(token)];
    for (const act of [
      () => api.remove(memberPath(groupId, id)),
      () => api.put(memberPath(groupId, id)),
      () => api.remove(groupGrant('probe.use', groupId)),
      () => api.put(groupGrant('probe.use', groupId)),
      () => api.remove(`${GROUPS}/${groupId}`),
    ]) {
      expect((await act()).status).toBe(204);
      statuses.push(await api.probeStatus(token));
    }
    expect(statuses).toEqual([422, 403, 422, 403, 422, 403]);
  });

  it('are held through any one grant', async () => {
    const { id, token, groupId } = await api.holderOf('probe.use');
    const second = await api.group();
    await api.put(groupGrant('probe.use', second));
    await api.put(memberPath(second, id));
    await api.remove(memberPath(groupId, id));
    expect(await api.probeStatus(token)).toBe(422);
  });

  it('are refused when unknown, as are groups and roles, and nothing is granted to admin', async () => {
    const groupId = await api.group();
    for (const act of both) {
      for (const path of [roleGrant('probe.fly', 'user'), groupGrant('probe.fly', groupId)])
        expect(problemOf(await act(path))).toEqual([404, 'Permission probe.fly not found']);
      expect(problemOf(await act(groupGrant('probe.use', UNKNOWN)))).toEqual([
        404,
        `Group ${UNKNOWN} not found`,
      ]);
      expect(problemOf(await act(roleGrant('probe.use', 'admin')))).toEqual([
        400,
        'The role admin holds every permission',
      ]);
      for (const path of [roleGrant('probe.use', 'root'), groupGrant('probe.use', '17')])
        expect((await act(path)).status).toBe(422);
    }
  });
});
