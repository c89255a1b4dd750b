// needs: books, books-transfer
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@gatehouse/embedded-postgres';
import { describeWithRedisServer, RedisServer, SOON } from '@gatehouse/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiProcess } from '../support/api-process.js';
import type { Client, ClientAnswer } from '../support/client.js';
import { DataDir } from '../support/data-dir.js';
import { Link } from '../support/link.js';
import { print } from '../support/print.js';

let data: DataDir;
let postgres: EmbeddedPostgres;
/** The server's port changes with each start; the application uses that of the link. */
let link: Link;
let api: ApiProcess | undefined;
let client: Client;

const start = async (variables: Record<string, string> = {}): Promise<void> => {
  api = await ApiProcess.start({ DATABASE_URL: link.url, ...variables });
  client = api.client;
};
const stopPostgres = async (): Promise<void> => {
  await postgres.stop();
  await link.cut();
};
const crashPostgres = async (): Promise<void> => {
  await data.killPostgres();
  await link.cut();
};
const startPostgres = async (): Promise<void> => {
  postgres = await startEmbeddedPostgres({ dataDir: data.path });
  link.target = postgres.url;
  await link.mend();
};
const isBack = async (): Promise<void> => {
  const startedAt = performance.now();
  await vi.waitFor(
    async () =>
      expect((await client.get('/health/ready')).body).toEqual({
        status: 'ok',
        checks: { database: 'ok', jobs: 'ok' },
      }),
    SOON,
  );
  print(`ready again ${Math.round(performance.now() - startedAt)} ms after PostgreSQL`);
};
/** Expects the response while PostgreSQL is down. A request that waited for it would never be answered. */
const expectUnavailable = ({ status, headers, body }: ClientAnswer): void => {
  expect(status).toBe(503);
  expect(headers['content-type']).toContain('application/problem+json');
  expect(headers['retry-after']).toMatch(/^[1-9]\d*$/);
  expect(body).toMatchObject({ type: '/problems/unavailable', title: 'Service is unavailable', status: 503 });
  expect(JSON.stringify(body)).not.toMatch(/ECONN|127\.0\.0\.1|postgres|terminat/i);
};
const newBook = (n: number) => ({ title: `Book ${n}`, author: 'Outage', description: 'Is kept.', rating: 1 });

beforeEach(async () => {
  data = await DataDir.make();
  postgres = await startEmbeddedPostgres({ dataDir: data.path });
  link = await Link.open(postgres.url);
});
afterEach(async () => {
  await api?.kill();
  await link.cut();
  await postgres.stop().finally(() => data.remove());
});

describe('the application when PostgreSQL fails', () => {
  const outages: [string, () => Promise<void>][] = [
    ['stopped', stopPostgres],
    ['killed', crashPostgres],
  ];

  it.each(outages)('says so while it is %s, lives on, and recovers alone', async (_, begin) => {
    await start();
    const token = await client.tokenOf('admin');
    await client.get('/api/v1/books');
    await begin();

    for (let n = 0; n < 5; n++) {
      const needing = [
        client.get('/api/v1/books/1'),
        client.get('/api/v1/books?page=2'),
        client.get('/api/v1/users/me', { token }),
        client.send('POST', '/api/v1/books', { token, body: newBook(n) }),
        client.send('POST', '/api/v1/auth/login', { body: { username: 'admin', password: 'Passw0rd' } }),
        client.get('/api/v1/books/export'),
        client.get('/health/ready'),
      ];
      for (const answer of await Promise.all(needing)) expectUnavailable(answer);
    }
    expect((await client.get('/health/ready')).body.detail).toBe('Not ready: database');
    const [live, document, nowhere] = await Promise.all(
      ['/health/live', '/openapi.json', '/nowhere'].map((path) => client.get(path)),
    );
    expect([live!.status, document!.status, nowhere!.status]).toEqual([200, 200, 404]);
    expect((await client.send('PUT', '/api/v1/books')).status).toBe(405);
    expect((await client.send('POST', '/api/v1/books', { body: {} })).status).toBe(401);
    expect(['200', '503']).toContain(String((await client.get('/api/v1/books')).status));

    await startPostgres();
    await isBack();
    expect((await client.get('/api/v1/users/me', { token })).status).toBe(200);
    expect((await client.send('POST', '/api/v1/books', { token, body: newBook(1) })).status).toBe(201);
    await client.get('/api/v1/books');
    expect((await client.get('/api/v1/books')).headers['x-cache']).toBe('HIT');
    expect(api!.alive).toBe(true);
  });

  it('answers every request while it comes and goes, and keeps everything answered with 201', async () => {
    await start();
    const token = await client.tokenOf('admin');
    const statuses: Record<number, number> = {};
    const kept: string[] = [];
    let ends = false;
    const load = async (send: (n: number) => Promise<ClientAnswer>): Promise<void> => {
      for (let n = 0; !ends; n++) {
        const answer = await send(n);
        statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
        if (answer.status === 201) kept.push(answer.headers['location']!);
      }
    };
    const write = (n: number) => client.send('POST', '/api/v1/books', { token, body: newBook(n) });
    const read = () => client.get('/api/v1/books/1');
    const callers = [write, write, write, write, read, read].map(load);
    for (const end of [stopPostgres, crashPostgres, stopPostgres]) {
      const before = kept.length;
      await vi.waitFor(() => expect(kept.length).toBeGreaterThan(before + 20), SOON);
      await end();
      await startPostgres();
      await isBack();
    }
    ends = true;
    await Promise.all(callers);
    print(`answers while PostgreSQL came and went: ${JSON.stringify(statuses)}`);
    expect(Object.keys(statuses)).toEqual(['200', '201', '503']);
    for (const path of kept) expect((await client.get(path)).status).toBe(200);
  });
});

describeWithRedisServer('the application when PostgreSQL fails, with Redis', () => {
  it('continues to serve cached responses', async () => {
    const redis = await RedisServer.reserve();
    await redis.start();
    try {
      await start({ REDIS_URL: redis.url });
      const miss = await client.get('/api/v1/books');
      await stopPostgres();
      for (let n = 0; n < 20; n++) {
        const hit = await client.get('/api/v1/books');
        expect([hit.status, hit.headers['x-cache'], hit.text]).toEqual([200, 'HIT', miss.text]);
      }
      expectUnavailable(await client.get('/api/v1/books?page=2'));
      await startPostgres();
      await vi.waitFor(async () => expect((await client.get('/api/v1/books?page=2')).status).toBe(200), SOON);
    } finally {
      await redis.stop();
    }
  });
});
