// needs: books
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { createClient } from '@redis/client';
import { describeWithRedisServer, RedisServer, SOON } from '@gatehouse/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { call } from '../support/http-client.js';
import { TestApp } from '../support/test-app.js';

const CACHED = '/api/v1/books';

describeWithRedisServer('the application on unusual Redis set-ups', () => {
  let redis: RedisServer;
  let app: TestApp;

  beforeEach(async () => {
    redis = await RedisServer.reserve();
  });
  afterEach(async () => {
    await app?.stop();
    await redis.stop();
  });

  const start = async (variables: Record<string, string> = {}): Promise<void> => {
    app = await TestApp.start({ REDIS_URL: redis.url, WORKER: 'inside', ...variables });
  };
  const admin = async (...commands: string[][]): Promise<void> => {
    const client = await createClient({ url: redis.url })
      .on('error', () => undefined)
      .connect();
    for (const command of commands) await client.sendCommand(command);
    client.destroy();
  };
  const readiness = async (): Promise<string> => {
    const { status, body } = await app.request('GET', '/health/ready');
    return `${status} ${body.status} ${body.checks.redis}`;
  };
  const becomes = (expected: string) =>
    vi.waitFor(async () => expect(await readiness()).toBe(expected), SOON);
  const cached = async () => (await call(app.url, 'GET', CACHED)).headers['x-cache'];
  const left = async () =>
    Number((await call(app.url, 'GET', '/api/v1/books/1')).headers['ratelimit-remaining']);

  it('caches and counts in a cluster', async () => {
    const file = `gatehouse-cluster-${redis.port}.conf`;
    await redis.start('--cluster-enabled', 'yes', '--dir', tmpdir(), '--cluster-config-file', file);
    await admin(['CLUSTER', 'ADDSLOTSRANGE', '0', '16383']);
    await vi.waitFor(async () => admin(['SET', 'a', '1']), SOON);
    await start();
    await becomes('200 ok ok');
    await cached();
    expect(await cached()).toBe('HIT');
    const token = await app.loginAs('admin');
    const list = '/api/v1/books/author/Cluster';
    await app.request('GET', list);
    expect((await app.request('GET', list)).headers.get('x-cache')).toBe('HIT');
    const body = { title: 'New', author: 'Cluster', description: 'Drops the list.', rating: 3 };
    await app.request('POST', '/api/v1/books', { token, body });
    const after = await app.request('GET', list);
    expect([after.headers.get('x-cache'), after.body.items[0]?.title]).toEqual(['MISS', 'New']);
    expect((await left()) - (await left())).toBe(1);
  });

  it('needs only the documented rights', async () => {
    const text = await readFile(new URL('../../../../docs/deployment.md', import.meta.url), 'utf8');
    const [, list = ''] = /commands ((?:`[A-Z]+`[, and]*)+)/.exec(text) ?? [];
    const commands = [...list.matchAll(/[A-Z]+/g)].map(([name]) => `+${name.toLowerCase()}`);
    expect(commands).toContain('+evalsha');
    await redis.start();
    await admin(['ACL', 'SETUSER', 'own', 'on', '>secret', '~own-prefix:*', ...commands]);
    await start({ REDIS_URL: redis.url.replace('://', '://own:secret@'), REDIS_PREFIX: 'own-prefix:' });
    await becomes('200 ok ok');
    await cached();
    expect(await cached()).toBe('HIT');
    expect((await left()) - (await left())).toBe(1);
    const token = await app.loginAs('admin');
    const body = { title: 'New', author: 'Own', description: 'Drops the list.', rating: 3 };
    await app.request('POST', CACHED, { token, body });
    expect(await cached()).toBe('MISS');
    expect(await readiness()).toBe('200 ok ok');
  });

  it.each([
    ['is out of memory', ['CONFIG', 'SET', 'maxmemory', '1'], ['CONFIG', 'SET', 'maxmemory', '0']],
    ['is a read-only replica', ['REPLICAOF', '127.0.0.1', '1'], ['REPLICAOF', 'NO', 'ONE']],
    [
      'grants other keys',
      ['ACL', 'SETUSER', 'default', 'resetkeys', '~other:*'],
      ['ACL', 'SETUSER', 'default', '~*'],
    ],
  ])('says degraded while it %s, still answers and counts, and recovers alone', async (_, begin, end) => {
    await redis.start();
    await start();
    await becomes('200 ok ok');
    await admin(begin);
    expect([await cached(), await cached()]).not.toContain('HIT');
    await becomes('200 degraded away');
    expect((await left()) - (await left())).toBe(1);
    await admin(end);
    await becomes('200 ok ok');
    await vi.waitFor(async () => expect(await cached()).toBe('HIT'), SOON);
  });
});
