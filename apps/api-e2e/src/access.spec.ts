import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, PASSWORD, TestApp } from './support/test-app.js';

const UNKNOWN = '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081';
const GROUPS = '/api/v1/groups';
const PERMISSIONS = '/api/v1/permissions';
const FORBIDDEN = [403, 'Insufficient permissions'];

let app: TestApp;
let admin: string;
let moderator: string;
let made = 0;

beforeAll(async () => {
  app = await TestApp.start({ THROTTLE_DISABLED: 'true' });
  admin = await app.loginAs('admin');
  moderator = await app.loginAs('moderator');
});
afterAll(() => app.stop());

interface Person {
  id: string;
  username: string;
  token: string;
}

/** A new user, logged in. */
async function person(role = 'user'): Promise<Person> {
  const username = `access-${++made}`;
  const account = { username, email: `${username}@example.com`, password: PASSWORD, role };
  const { body } = await app.request('POST', '/api/v1/users', { token: admin, body: account });
  return { id: body.id, username, token: await app.loginAs(username) };
}

async function newGroup(): Promise<string> {
  const body = { name: `Group ${++made}` };
  return (await app.request('POST', GROUPS, { token: admin, body })).body.id;
}

const problemOf = ({ status, body }: Answer): [number, string] => [status, body.detail];
const put = (path: string, token = admin) => app.request('PUT', path, { token });
const remove = (path: string, token = admin) => app.request('DELETE', path, { token });
const memberPath = (groupId: string, userId: string) => `${GROUPS}/${groupId}/members/${userId}`;
const groupGrant = (name: string, groupId: string) => `${PERMISSIONS}/${name}/grants/group/${groupId}`;
const roleGrant = (name: string, role: string) => `${PERMISSIONS}/${name}/grants/role/${role}`;

/** A person in a new group that is granted some permissions. */
async function holderOf(...names: string[]): Promise<Person & { groupId: string }> {
  const [somebody, groupId] = [await person(), await newGroup()];
  for (const name of names) expect((await put(groupGrant(name, groupId))).status).toBe(204);
  expect((await put(memberPath(groupId, somebody.id))).status).toBe(204);
  return { ...somebody, groupId };
}

/** What somebody gets who tries to create a book without saying which: 422 with the permission, 403 without. */
const bookStatus = async (token: string) =>
  (await app.request('POST', '/api/v1/books', { token, body: {} })).status;

describe('Groups', () => {
  it('are created, found, changed and deleted', async () => {
    const fields = { name: ' Curators ', description: 'They choose' };
    const created = await app.request('POST', GROUPS, { token: admin, body: fields });
    const path = `${GROUPS}/${created.body.id}`;
    expect([created.status, created.headers.get('location')]).toEqual([201, path]);
    expect(created.body).toMatchObject({ name: 'Curators', description: 'They choose' });

    expect((await app.request('GET', path, { token: moderator })).body).toEqual(created.body);
    const changes = { name: 'CURATORS', description: null };
    const changed = await app.request('PATCH', path, { token: admin, body: changes });
    expect([changed.status, changed.body]).toMatchObject([200, changes]);
    expect((await remove(path)).status).toBe(204);
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const body = method === 'PATCH' ? { name: 'x' } : undefined;
      const answer = await app.request(method, path, { token: admin, body });
      expect(problemOf(answer)).toEqual([404, `Group ${created.body.id} not found`]);
    }
  });

  it('have names of their own, without regard to case', async () => {
    const create = (name: string) => app.request('POST', GROUPS, { token: admin, body: { name } });
    expect((await create('Lectors')).status).toBe(201);
    expect(problemOf(await create('LECTORS'))).toEqual([409, 'Group with this name already exists']);
    const path = `${GROUPS}/${await newGroup()}`;
    const renamed = await app.request('PATCH', path, { token: admin, body: { name: 'lectors' } });
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
    expect((await app.request('POST', GROUPS, { token: admin, body })).status).toBe(422);
  });

  it('are listed by page and by cursor, found by a part of the name, and sorted', async () => {
    for (const name of ['50% Zeta', 'alpha Zeta', 'Beta zETA'])
      await app.request('POST', GROUPS, { token: admin, body: { name } });
    const list = (query: string) => app.request('GET', `${GROUPS}?${query}`, { token: moderator });
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
  it('are added and taken out any number of times, and listed with their names', async () => {
    const groupId = await newGroup();
    const people = [await person(), await person(), await person()];
    for (const { id } of [...people, people[0]!])
      expect((await put(memberPath(groupId, id))).status).toBe(204);

    const path = `${GROUPS}/${groupId}/members`;
    const page = await app.request('GET', path, { token: moderator });
    const expected = people.map(({ id: userId, username }) => ({
      userId,
      username,
      addedAt: expect.any(String),
    }));
    expect(page.body).toMatchObject({ total: 3, items: expected });
    const first = await app.request('GET', `${path}?limit=2&sort=-addedAt`, { token: moderator });
    const { nextCursor } = first.body;
    const second = await app.request('GET', `${path}?limit=2&sort=-addedAt&cursor=${nextCursor}`, {
      token: moderator,
    });
    expect([...first.body.items, ...second.body.items]).toEqual(expected.toReversed());

    for (const _ of [1, 2]) expect((await remove(memberPath(groupId, people[1]!.id))).status).toBe(204);
    await remove(`/api/v1/users/${people[2]!.id}`);
    expect((await app.request('GET', path, { token: moderator })).body.items).toEqual([expected[0]]);
  });

  it('are not found in an unknown group, nor when they are unknown', async () => {
    const groupId = await newGroup();
    const { id } = await person();
    for (const act of [put, remove]) {
      expect(problemOf(await act(memberPath(UNKNOWN, id)))).toEqual([404, `Group ${UNKNOWN} not found`]);
      expect(problemOf(await act(memberPath(groupId, UNKNOWN)))).toEqual([404, `User ${UNKNOWN} not found`]);
      for (const path of [memberPath('x', id), memberPath(groupId, 'x')])
        expect((await act(path)).status).toBe(422);
    }
    const listed = await app.request('GET', `${GROUPS}/${UNKNOWN}/members`, { token: moderator });
    expect(problemOf(listed)).toEqual([404, `Group ${UNKNOWN} not found`]);
  });
});

describe('Permissions', () => {
  it('are listed with who is granted them: at first the default roles', async () => {
    const { status, body } = await app.request('GET', PERMISSIONS, { token: moderator });
    expect(status).toBe(200);
    const names = body.map(({ name }: { name: string }) => name);
    expect(names).toEqual([...names].sort());
    expect(body).toContainEqual({
      name: 'access.read',
      description: 'See groups, their members, and who is granted which permission',
      feature: 'access',
      roles: ['moderator'],
      groups: [],
    });
  });

  it('are granted to a role and taken away, for the very next request', async () => {
    const { token } = await person();
    expect(await bookStatus(token)).toBe(403);
    for (const _ of [1, 2]) expect((await put(roleGrant('books.write', 'user'))).status).toBe(204);
    expect(await bookStatus(token)).toBe(422);
    for (const _ of [1, 2]) expect((await remove(roleGrant('books.write', 'user'))).status).toBe(204);
    expect(await bookStatus(token)).toBe(403);
  });

  it('are held through a group for as long as one is in it, it is granted them, and it is there', async () => {
    const { id, token, groupId } = await holderOf('books.write');
    const statuses = [await bookStatus(token)];
    for (const act of [
      () => remove(memberPath(groupId, id)),
      () => put(memberPath(groupId, id)),
      () => remove(groupGrant('books.write', groupId)),
      () => put(groupGrant('books.write', groupId)),
      () => remove(`${GROUPS}/${groupId}`),
    ]) {
      expect((await act()).status).toBe(204);
      statuses.push(await bookStatus(token));
    }
    expect(statuses).toEqual([422, 403, 422, 403, 422, 403]);
  });

  it('are held when any grant gives them', async () => {
    const { id, token, groupId } = await holderOf('books.write');
    const second = await newGroup();
    await put(groupGrant('books.write', second));
    await put(memberPath(second, id));
    await remove(memberPath(groupId, id));
    expect(await bookStatus(token)).toBe(422);
  });

  it('are refused when unknown, as are groups and roles, and nothing is granted to admin', async () => {
    const groupId = await newGroup();
    for (const act of [put, remove]) {
      for (const path of [roleGrant('books.fly', 'user'), groupGrant('books.fly', groupId)])
        expect(problemOf(await act(path))).toEqual([404, 'Permission books.fly not found']);
      expect(problemOf(await act(groupGrant('books.write', UNKNOWN)))).toEqual([
        404,
        `Group ${UNKNOWN} not found`,
      ]);
      expect(problemOf(await act(roleGrant('books.write', 'admin')))).toEqual([
        400,
        'The role admin holds every permission',
      ]);
      for (const path of [roleGrant('books.write', 'root'), groupGrant('books.write', '17')])
        expect((await act(path)).status).toBe(422);
    }
  });
});

describe('Nobody gives what they do not hold', () => {
  it('who may neither read nor write is refused everything', async () => {
    const { id, token } = await person();
    const groupId = await newGroup();
    const requests: [string, string][] = [
      ...['GET', 'PATCH', 'DELETE'].map((method): [string, string] => [method, `${GROUPS}/${groupId}`]),
      ...['PUT', 'DELETE'].map((method): [string, string] => [method, memberPath(groupId, id)]),
      ['GET', GROUPS],
      ['POST', GROUPS],
      ['GET', `${GROUPS}/${groupId}/members`],
      ['GET', PERMISSIONS],
    ];
    for (const [method, path] of requests) {
      expect(problemOf(await app.request(method, path, { token }))).toEqual(FORBIDDEN);
      expect((await app.request(method, path)).status).toBe(401);
    }
  });

  it('who may read may not write', async () => {
    const { id } = await person();
    const groupId = await newGroup();
    expect(problemOf(await put(memberPath(groupId, id), moderator))).toEqual(FORBIDDEN);
    expect(problemOf(await remove(`${GROUPS}/${groupId}`, moderator))).toEqual(FORBIDDEN);
  });

  it('who manages groups may not grant: neither to the own group nor to the own role', async () => {
    const { token, groupId } = await holderOf('access.write', 'access.read');
    for (const act of [put, remove])
      for (const path of [groupGrant('access.write', groupId), roleGrant('access.read', 'user')])
        expect(problemOf(await act(path, token))).toEqual(FORBIDDEN);
  });

  it('who manages groups joins none that holds more, nor lets another in, but does where it holds no more', async () => {
    const { id, token } = await holderOf('access.write');
    const other = await person();
    const powerful = await newGroup();
    await put(groupGrant('books.write', powerful));
    for (const userId of [id, other.id])
      expect(problemOf(await put(memberPath(powerful, userId), token))).toEqual(FORBIDDEN);
    expect(await bookStatus(token)).toBe(403);

    const equal = await newGroup();
    await put(groupGrant('access.write', equal));
    expect((await put(memberPath(equal, other.id), token)).status).toBe(204);
    // What was given is given on, and no more than that.
    const third = await person();
    expect((await put(memberPath(equal, third.id), other.token)).status).toBe(204);
    await put(groupGrant('users.write', equal));
    await remove(memberPath(equal, other.id));
    expect(problemOf(await put(memberPath(equal, other.id), token))).toEqual(FORBIDDEN);
  });

  it('who manages users does not take over one whose groups hold more, by password, email or otherwise', async () => {
    const manager = await holderOf('users.write');
    const powerful = await holderOf('books.write');
    const path = `/api/v1/users/${powerful.id}`;
    const attempts: [string, string, object?][] = [
      ['POST', `${path}/set-password`, { password: 'Taken0ver' }],
      ['PATCH', path, { email: 'taken@example.com' }],
      ['DELETE', path],
    ];
    for (const [method, target, body] of attempts)
      expect(problemOf(await app.request(method, target, { token: manager.token, body }))).toEqual(FORBIDDEN);
    await app.loginAs(powerful.username);

    const equal = await holderOf('users.write');
    const renamed = { token: manager.token, body: { fullName: 'Equal' } };
    expect((await app.request('PATCH', `/api/v1/users/${equal.id}`, renamed)).status).toBe(200);
    await remove(memberPath(powerful.groupId, powerful.id));
    expect((await app.request('PATCH', path, renamed)).status).toBe(200);
  });

  it('who is put out of the group that let them manage groups is so for the very next request', async () => {
    const { id, token, groupId } = await holderOf('access.write');
    expect((await remove(memberPath(groupId, id), token)).status).toBe(204);
    expect(problemOf(await put(memberPath(groupId, id), token))).toEqual(FORBIDDEN);
  });
});

describe('Fifty at once', () => {
  it('of one grant, one member and one name: each is there once, and nothing fails', async () => {
    const groupId = await newGroup();
    const { id } = await person();
    const name = `Group ${++made}`;
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => [
        put(groupGrant('books.write', groupId)),
        put(memberPath(groupId, id)),
        app.request('POST', GROUPS, { token: admin, body: { name } }),
      ]).flat(),
    );
    const count = (wanted: number) => answers.filter(({ status }) => status === wanted).length;
    expect([count(204), count(201), count(409)]).toEqual([100, 1, 49]);
    const listed = await app.request('GET', `${GROUPS}/${groupId}/members`, { token: admin });
    expect(listed.body.total).toBe(1);
  });

  it('grants and revocations end in one of the two states, for the caller as in the catalogue', async () => {
    const { token, groupId } = await holderOf();
    const path = groupGrant('books.write', groupId);
    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => (n % 2 ? put : remove)(path)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204]));
    const { body } = await app.request('GET', PERMISSIONS, { token: admin });
    const { groups } = body.find(({ name }: { name: string }) => name === 'books.write');
    const isGranted = groups.some(({ id }: { id: string }) => id === groupId);
    expect(await bookStatus(token)).toBe(isGranted ? 422 : 403);
  });
});

it('writes down who changed what, from where', async () => {
  const { id, groupId } = await holderOf('books.write');
  await remove(groupGrant('books.write', groupId));
  await remove(memberPath(groupId, id));
  await remove(`${GROUPS}/${groupId}`);
  const events = await app.dataSource.query(
    `SELECT action, subject_id AS subject, address FROM audit_events
     WHERE subject_id IN ($1, $2) OR details->>'groupId' = $2 ORDER BY id`,
    [id, groupId],
  );
  expect(events).toEqual(
    [
      ['access.group-created', groupId],
      ['access.grant-added', 'books.write'],
      ['access.member-added', id],
      ['access.grant-removed', 'books.write'],
      ['access.member-removed', id],
      ['access.group-deleted', groupId],
    ].map(([action, subject]) => ({ action, subject, address: '127.0.0.1' })),
  );
});
