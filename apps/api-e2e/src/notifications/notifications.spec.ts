// needs: ticketing
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JOBS_SCHEMA } from '@gatehouse/jobs';
import { SOON } from '@gatehouse/testing';
import { newcomer, type Person } from '../support/people.js';
import { type Answer, send, TestApp } from '../support/test-app.js';

const ROOT = '/api/v1/notifications';
const DAY_MS = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();

describe('Notifications', () => {
  let app: TestApp;
  let admin: string;
  let topicId: string;

  beforeAll(async () => {
    app = await TestApp.start({ WORKER: 'inside', THROTTLE_DISABLED: 'true' });
    admin = await app.loginAs('admin');
    topicId = (await topicsOf(admin))[0].id;
  });
  afterAll(() => app.stop());

  const topicsOf = async (token: string) => (await app.request('GET', `${ROOT}/topics`, { token })).body;
  const subscribe = ({ token }: Person) =>
    app.request('PUT', `${ROOT}/topics/${topicId}/subscription`, { token });
  const inbox = async ({ token }: Person, query = ''): Promise<Answer['body']> =>
    (await app.request('GET', `${ROOT}${query}`, { token })).body;
  const titles = async (person: Person) =>
    (await inbox(person)).items.map((item: Answer['body']) => item.title);
  const post = (body: object) => app.request('POST', ROOT, { token: admin, body });
  const text = (title: string) => ({ title, body: 'Body' });
  const newGroup = async (...members: Person[]): Promise<string> => {
    const body = { name: `Group ${randomUUID()}` };
    const { id } = (await app.request('POST', '/api/v1/groups', { token: admin, body })).body;
    for (const member of members)
      await app.request('PUT', `/api/v1/groups/${id}/members/${member.id}`, { token: admin });
    return id;
  };

  it('announce a new event to its subscribers', async () => {
    const [reader, other] = [await newcomer(app), await newcomer(app)];
    expect(await topicsOf(reader.token)).toEqual([
      {
        id: topicId,
        name: 'ticketing.new-events',
        description: 'New events',
        groupId: null,
        subscribed: false,
      },
    ]);
    expect((await subscribe(reader)).status).toBe(204);
    expect((await topicsOf(reader.token))[0].subscribed).toBe(true);

    const create = (path: string, body: object) =>
      app.request('POST', `/api/v1/ticketing/${path}`, { token: admin, body });
    const { id: organiserId } = (await create('organisers', { name: 'Organiser' })).body;
    const event = { organiserId, name: 'Concert', openDate: '2026-07-01T12:00:00Z' };
    expect((await create('events', event)).status).toBe(201);
    expect((await create('events', event)).status).toBe(400);
    await expect.poll(() => titles(reader), SOON).toEqual(['Concert']);
    expect((await inbox(reader)).items[0]).toMatchObject({
      body: 'A new event, on sale from 2026-07-01 12:00 UTC.',
      topicId,
      readAt: null,
    });
    expect(await titles(other)).toEqual([]);
  });

  it('are sent to a user or a group, and read', async () => {
    const [reader, member] = [await newcomer(app), await newcomer(app)];
    const sent = await post({ userId: reader.id, ...text('To you') });
    expect(sent.status).toBe(202);
    expect(sent.body).toEqual({
      id: expect.any(String),
      topicId: null,
      groupId: null,
      userId: reader.id,
      title: 'To you',
      body: 'Body',
      sendAt: sent.body.createdAt,
      createdAt: expect.any(String),
    });
    await expect.poll(() => titles(reader), SOON).toEqual(['To you']);
    await post({ groupId: await newGroup(reader, member), ...text('To all') });
    await expect.poll(() => titles(reader), SOON).toEqual(['To all', 'To you']);
    await expect.poll(() => titles(member), SOON).toEqual(['To all']);

    const read = (token: string) => app.request('POST', `${ROOT}/${sent.body.id}/read`, { token });
    expect((await read(member.token)).status).toBe(404);
    expect([(await read(reader.token)).status, (await read(reader.token)).status]).toEqual([204, 204]);
    expect((await inbox(reader, '?isRead=true')).items).toMatchObject([{ id: sent.body.id }]);
    expect((await inbox(reader, '?isRead=false')).items).toMatchObject([{ title: 'To all' }]);
    const first = await inbox(reader, '?limit=1');
    const second = await inbox(reader, `?limit=1&cursor=${first.nextCursor}`);
    expect([...first.items, ...second.items]).toMatchObject([{ title: 'To all' }, { title: 'To you' }]);
  });

  it('on a restricted topic are for current members', async () => {
    const [member, stranger] = [await newcomer(app), await newcomer(app)];
    await subscribe(stranger);
    const groupId = await newGroup(member);
    const limit = (to: string | null) =>
      app.request('PATCH', `${ROOT}/topics/${topicId}`, { token: admin, body: { groupId: to } });
    try {
      expect((await limit(groupId)).body).toMatchObject({ id: topicId, groupId });
      expect((await limit(randomUUID())).status).toBe(404);
      expect(await topicsOf(stranger.token)).toEqual([]);
      expect((await subscribe(stranger)).status).toBe(404);
      expect((await subscribe(member)).status).toBe(204);
      await post({ topicId, ...text('Members only') });
      await expect.poll(() => titles(member), SOON).toEqual(['Members only']);
      await app.request('DELETE', `/api/v1/groups/${groupId}/members/${member.id}`, { token: admin });
      await post({ topicId, ...text('Too late') });
      await post({ userId: member.id, ...text('Last') });
      await expect.poll(() => titles(member), SOON).toContain('Last');
      const undelivered = `SELECT id FROM notifications WHERE delivered_at IS NULL AND title = 'Too late'`;
      await expect.poll(() => app.dataSource.query(undelivered), SOON).toEqual([]);
      expect(await titles(member)).toEqual(['Last', 'Members only']);
      expect(await titles(stranger)).toEqual([]);
    } finally {
      await limit(null);
    }
  });

  it('are delivered at their time', async () => {
    const reader = await newcomer(app);
    const later = await post({ userId: reader.id, ...text('Later'), sendAt: inDays(364) });
    expect(later.body.sendAt > later.body.createdAt).toBe(true);
    await post({ userId: reader.id, ...text('Past'), sendAt: '0001-01-01T00:00:00Z' });
    await expect.poll(() => titles(reader), SOON).toEqual(['Past']);
    const due = `UPDATE ${JOBS_SCHEMA}.job SET start_after = now() WHERE data ->> 'notificationId' = $1`;
    await app.dataSource.query(due, [later.body.id]);
    await expect.poll(() => titles(reader), SOON).toEqual(['Later', 'Past']);
  });

  it.each([
    ['no target', {}, ['topicId']],
    ['two targets', { topicId: randomUUID(), userId: randomUUID() }, ['userId']],
    [
      'three targets',
      { topicId: randomUUID(), groupId: randomUUID(), userId: randomUUID() },
      ['groupId', 'userId'],
    ],
    ['a target that is null', { topicId: randomUUID(), groupId: null }, ['groupId']],
    ['more than a year', { userId: randomUUID(), sendAt: inDays(366) }, ['sendAt']],
    ['an empty title', { userId: randomUUID(), title: ' ' }, ['title']],
    ['a long body', { userId: randomUUID(), body: 'x'.repeat(2001) }, ['body']],
  ])('are refused with %s', async (_, changes, paths) => {
    const { status, body } = await post({ ...text('Title'), ...changes });
    expect([status, body.errors.map(({ path }: { path: string }) => path)]).toEqual([422, paths]);
  });

  it.each(['topicId', 'groupId', 'userId'])('are refused to an unknown %s', async (name) => {
    const id = randomUUID();
    const { status, body } = await post({ ...text('Title'), [name]: id });
    expect([status, body.detail]).toEqual([
      404,
      expect.stringMatching(`^(Topic|Group|User) ${id} not found$`),
    ]);
  });

  it('are documented with the permissions and topics that the modules declare', async () => {
    const { body } = await send(app.url, 'GET', '/openapi.json');
    const tag = (name: string) => body.tags.find((each: { name: string }) => each.name === name).description;
    expect(tag('Notifications')).toContain('- `notifications.send`: Send notifications');
    expect(tag('Ticketing')).toContain('- `ticketing.new-events`: New events');
  });
});
