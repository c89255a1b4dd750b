import { describeWithRedis } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiProcess } from '../support/api-process.js';
import type { Client } from '../support/client.js';
import { emptyRedis, TwoProcesses } from '../support/two-processes.js';

const REDIS_NUMBER = 14;
const TIMES = 50;

/** @param variables settings of both processes */
function grants(variables: () => Promise<Record<string, string>>): void {
  let processes: TwoProcesses;
  let a: Client;
  let b: Client;
  let admin: string;
  let demo: string;
  let demoId: string;

  beforeAll(async () => {
    processes = await TwoProcesses.start(await variables());
    [a, b] = processes.both.map(({ client }) => client) as [Client, Client];
    admin = await a.tokenOf('admin');
    demo = await a.tokenOf('demo');
    demoId = (await b.get('/api/v1/users/me', { token: demo })).body.id;
  });
  afterAll(() => processes?.stop());

  const change = async (method: 'PUT' | 'DELETE', path: string): Promise<void> => {
    expect((await a.send(method, `/api/v1/${path}`, { token: admin })).status).toBe(204);
  };
  const newGroup = async (name: string): Promise<string> =>
    (await a.send('POST', '/api/v1/groups', { token: admin, body: { name } })).body.id;
  /** Each process's response to the next request. */
  const statuses = async (): Promise<number[]> => {
    const answers = [
      await b.get('/api/v1/users', { token: demo }),
      await a.get('/api/v1/users', { token: demo }),
    ];
    return answers.map(({ status }) => status);
  };
  /** Makes a change and reverts it, repeatedly. */
  const expectBothAfter = async (path: string): Promise<void> => {
    expect(await statuses()).toEqual([403, 403]);
    for (let n = 0; n < TIMES; n++) {
      await change('PUT', path);
      expect(await statuses()).toEqual([200, 200]);
      await change('DELETE', path);
      expect(await statuses()).toEqual([403, 403]);
    }
  };

  it('both start at the same time, and the default grants are made once', async () => {
    const { body } = await b.get('/api/v1/permissions', { token: admin });
    const found = body.find(({ name }: { name: string }) => name === 'users.read');
    expect(found).toMatchObject({ roles: ['moderator'], groups: [] });
  });

  it('a grant to a role in one process applies in the other', () =>
    expectBothAfter('permissions/users.read/grants/role/user'));

  it('so does a grant to a group', async () => {
    const groupId = await newGroup('Granted');
    await change('PUT', `groups/${groupId}/members/${demoId}`);
    await expectBothAfter(`permissions/users.read/grants/group/${groupId}`);
  });

  it('so does a membership', async () => {
    const groupId = await newGroup('Joined');
    await change('PUT', `permissions/users.read/grants/group/${groupId}`);
    await expectBothAfter(`groups/${groupId}/members/${demoId}`);
  });

  it('so does the deletion of a group', async () => {
    const groupId = await newGroup('Ended');
    await change('PUT', `permissions/users.read/grants/group/${groupId}`);
    await change('PUT', `groups/${groupId}/members/${demoId}`);
    expect(await statuses()).toEqual([200, 200]);
    await change('DELETE', `groups/${groupId}`);
    expect(await statuses()).toEqual([403, 403]);
  });

  it('a revoked grant stays revoked when a process restarts', async () => {
    const path = 'permissions/users.read/grants/role/moderator';
    await change('DELETE', path);
    const restarted = await ApiProcess.start({ DATABASE_URL: processes.databaseUrl });
    try {
      const token = await restarted.client.tokenOf('moderator');
      expect((await restarted.client.get('/api/v1/users', { token })).status).toBe(403);
    } finally {
      await restarted.stop();
    }
    await change('PUT', path);
  });
}

describe('two processes without Redis', () => grants(async () => ({})));

describeWithRedis('two processes with Redis', (url) =>
  grants(async () => ({ REDIS_URL: await emptyRedis(url, REDIS_NUMBER) })),
);
