import { describe, expect, it } from 'vitest';
import { DatabaseClient } from '@gatehouse/database';
import { JOBS_SCHEMA } from '@gatehouse/jobs';
import { createTestDatabase, SOON } from '@gatehouse/testing';
import { ApiProcess } from '../support/api-process.js';
import type { Client } from '../support/client.js';

const ROOT = '/api/v1/notifications';

describe('A process that dies during a delivery', { timeout: 240_000 }, () => {
  it('leaves the rest to another process, and each recipient is notified once', async () => {
    const { url, drop } = await createTestDatabase();
    const database = new DatabaseClient({ connectionString: url });
    const processes: ApiProcess[] = [];
    const start = async (WORKER: string): Promise<Client> => {
      const api = await ApiProcess.start({ DATABASE_URL: url, WORKER });
      processes.push(api);
      return api.client;
    };
    try {
      const client = await start('inside');
      const token = await client.tokenOf('admin');
      await database.connect();
      const { rows: users } = await database.query<{ id: string }>('SELECT id FROM users');
      const { body: group } = await client.send('POST', '/api/v1/groups', { token, body: { name: 'All' } });
      for (const { id } of users)
        await client.send('PUT', `/api/v1/groups/${group.id}/members/${id}`, { token });

      await database.query('BEGIN; LOCK TABLE inbox_items IN EXCLUSIVE MODE');
      const body = { groupId: group.id, title: 'Once', body: 'Body' };
      expect((await client.send('POST', ROOT, { token, body })).status).toBe(202);
      const waiting = `SELECT 1 FROM pg_locks WHERE relation = 'inbox_items'::regclass AND NOT granted`;
      await expect.poll(async () => (await database.query(waiting)).rowCount, SOON).toBe(1);
      await processes[0]!.kill();
      await database.query('COMMIT');

      const other = await start('inside');
      // As if its last heartbeat were long ago.
      await database.query(
        `UPDATE ${JOBS_SCHEMA}.job SET heartbeat_on = now() - interval '1 hour' WHERE state = 'active'`,
      );
      const told = async () =>
        (await database.query('SELECT user_id FROM inbox_items ORDER BY user_id')).rows.map(
          ({ user_id }) => user_id,
        );
      await expect.poll(told, { ...SOON, timeout: 180_000 }).toEqual(users.map(({ id }) => id).sort());
      const own = await other.get(ROOT, { token: await other.tokenOf('demo') });
      expect(own.body).toMatchObject({ total: 1, items: [{ title: 'Once' }] });
    } finally {
      await Promise.all(processes.map((api) => api.kill()));
      await database.end();
      await drop();
    }
  });
});
