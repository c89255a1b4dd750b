import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  AccessClient,
  groupGrant,
  GROUPS,
  memberPath,
  PERMISSIONS,
  problemOf,
  roleGrant,
} from '../support/access-client.js';

const FORBIDDEN = [403, 'Insufficient permissions'];

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

describe('Nobody grants or revokes permissions that they do not hold', () => {
  it('a caller who may neither read nor write is refused everything', async () => {
    const { id, token } = await api.person();
    const groupId = await api.group();
    const requests: [string, string][] = [
      ...['GET', 'PATCH', 'DELETE'].map((method): [string, string] => [method, `${GROUPS}/${groupId}`]),
      ...['PUT', 'DELETE'].map((method): [string, string] => [method, memberPath(groupId, id)]),
      ['GET', GROUPS],
      ['POST', GROUPS],
      ['GET', `${GROUPS}/${groupId}/members`],
      ['GET', PERMISSIONS],
    ];
    for (const [method, path] of requests) {
      expect(problemOf(await api.send(method, path, undefined, token))).toEqual(FORBIDDEN);
      expect((await api.app.request(method, path)).status).toBe(401);
    }
  });

  it('a caller who may read may not write', async () => {
    const { id } = await api.person();
    const groupId = await api.group();
    expect(problemOf(await api.put(memberPath(groupId, id), api.moderator))).toEqual(FORBIDDEN);
    expect(problemOf(await api.remove(`${GROUPS}/${groupId}`, api.moderator))).toEqual(FORBIDDEN);
  });

  it('a caller who manages groups may not grant permissions, not even to their own group or role', async () => {
    const { token, groupId } = await api.holderOf('access.write', 'access.read');
    for (const act of both)
      for (const path of [groupGrant('access.write', groupId), roleGrant('access.read', 'user')])
        expect(problemOf(await act(path, token))).toEqual(FORBIDDEN);
  });

  it('a manager of groups cannot join one with more permissions, nor add others to it, but can where it has no more', async () => {
    const { id, token } = await api.holderOf('access.write');
    const other = await api.person();
    const powerful = await api.group();
    await api.put(groupGrant('probe.use', powerful));
    for (const userId of [id, other.id])
      expect(problemOf(await api.put(memberPath(powerful, userId), token))).toEqual(FORBIDDEN);
    expect(await api.probeStatus(token)).toBe(403);

    const equal = await api.group();
    await api.put(groupGrant('access.write', equal));
    expect((await api.put(memberPath(equal, other.id), token)).status).toBe(204);
    // A grant can be passed on, but nothing more.
    const third = await api.person();
    expect((await api.put(memberPath(equal, third.id), other.token)).status).toBe(204);
    await api.put(groupGrant('users.write', equal));
    await api.remove(memberPath(equal, other.id));
    expect(problemOf(await api.put(memberPath(equal, other.id), token))).toEqual(FORBIDDEN);
  });

  it('a manager of groups cannot change one with more permissions, but can change one with no more', async () => {
    const { token } = await api.holderOf('access.write');
    const powerful = await api.holderOf('probe.use');
    const equal = await api.holderOf('access.write');
    const changesOf = ({ id, groupId }: typeof equal): [string, string, object?][] => [
      ['PATCH', `${GROUPS}/${groupId}`, { name: `Renamed ${groupId}` }],
      ['DELETE', memberPath(groupId, id)],
      ['DELETE', `${GROUPS}/${groupId}`],
    ];
    const before = await api.send('GET', `${GROUPS}/${powerful.groupId}`);
    for (const [method, path, body] of changesOf(powerful))
      expect(problemOf(await api.send(method, path, body, token))).toEqual(FORBIDDEN);
    expect((await api.send('GET', `${GROUPS}/${powerful.groupId}`)).body).toEqual(before.body);
    expect(await api.probeStatus(powerful.token)).toBe(422);
    const statuses: number[] = [];
    for (const [method, path, body] of changesOf(equal))
      statuses.push((await api.send(method, path, body, token)).status);
    expect(statuses).toEqual([200, 204, 204]);
  });

  it('a manager of users cannot take over one whose groups have more permissions, by password, email or otherwise', async () => {
    const manager = await api.holderOf('users.write');
    const powerful = await api.holderOf('probe.use');
    const path = `/api/v1/users/${powerful.id}`;
    const attempts: [string, string, object?][] = [
      ['POST', `${path}/set-password`, { password: 'Taken0ver' }],
      ['PATCH', path, { email: 'taken@example.com' }],
      ['DELETE', path],
    ];
    for (const [method, target, body] of attempts)
      expect(problemOf(await api.send(method, target, body, manager.token))).toEqual(FORBIDDEN);
    await api.app.loginAs(powerful.username);

    const equal = await api.holderOf('users.write');
    const rename = (id: string) =>
      api.send('PATCH', `/api/v1/users/${id}`, { fullName: 'Renamed' }, manager.token);
    expect((await rename(equal.id)).status).toBe(200);
    await api.remove(memberPath(powerful.groupId, powerful.id));
    expect((await rename(powerful.id)).status).toBe(200);
  });

  it('removal from the group that grants managing groups takes effect on the next request', async () => {
    const { id, token, groupId } = await api.holderOf('access.write');
    expect((await api.remove(memberPath(groupId, id), token)).status).toBe(204);
    expect(problemOf(await api.put(memberPath(groupId, id), token))).toEqual(FORBIDDEN);
  });
});

describe('Fifty concurrent changes', () => {
  it('of one grant, one member and one name: each exists once, and nothing fails', async () => {
    const groupId = await api.group();
    const { id } = await api.person();
    const name = 'Fifty';
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => [
        api.put(groupGrant('probe.use', groupId)),
        api.put(memberPath(groupId, id)),
        api.send('POST', GROUPS, { name }),
      ]).flat(),
    );
    const count = (wanted: number) => answers.filter(({ status }) => status === wanted).length;
    expect([count(204), count(201), count(409)]).toEqual([100, 1, 49]);
    const listed = await api.send('GET', `${GROUPS}/${groupId}/members`);
    expect(listed.body.total).toBe(1);
  });

  it('grants and revocations end in one of the two states, for the caller as in the catalogue', async () => {
    const { token, groupId } = await api.holderOf();
    const path = groupGrant('probe.use', groupId);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => (n % 2 ? api.put(path) : api.remove(path))),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204]));
    const { body } = await api.send('GET', PERMISSIONS);
    const { groups } = body.find(({ name }: { name: string }) => name === 'probe.use');
    const isGranted = groups.some(({ id }: { id: string }) => id === groupId);
    expect(await api.probeStatus(token)).toBe(isGranted ? 422 : 403);
  });
});

it('records who changed what, from where', async () => {
  const { id, groupId } = await api.holderOf('probe.use');
  await api.remove(groupGrant('probe.use', groupId));
  await api.remove(memberPath(groupId, id));
  await api.remove(`${GROUPS}/${groupId}`);
  const events = await api.app.dataSource.query(
    `SELECT action, subject_id AS subject, address FROM audit_events
     WHERE action LIKE 'access.%' AND (subject_id IN ($1, $2) OR details->>'groupId' = $2) ORDER BY id`,
    [id, groupId],
  );
  expect(events).toEqual(
    [
      ['access.group-created', groupId],
      ['access.grant-added', 'probe.use'],
      ['access.member-added', id],
      ['access.grant-removed', 'probe.use'],
      ['access.member-removed', id],
      ['access.group-deleted', groupId],
    ].map(([action, subject]) => ({ action, subject, address: '127.0.0.1' })),
  );
});
