// needs: books
import { describeWithRedisServer, RedisServer } from '@gatehouse/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Link } from '../support/link.js';
import { TwoProcesses } from '../support/two-processes.js';

/** The link stays cut: a write that waited for Redis would never be answered. */
describeWithRedisServer('a process that has lost Redis alone', () => {
  let redis: RedisServer;
  let link: Link;
  let processes: TwoProcesses;

  beforeEach(async () => {
    redis = await RedisServer.reserve();
    await redis.start();
    link = await Link.open(redis.url);
    processes = await TwoProcesses.start({ REDIS_URL: redis.url }, { a: { REDIS_URL: link.url } });
  });
  afterEach(async () => {
    await processes?.stop();
    await link.cut();
    await redis.stop();
  });

  it('makes its updates visible on the next read in the others', async () => {
    const [a, b] = [processes.a.client, processes.b.client];
    const token = await a.tokenOf('admin');
    const fields = { title: 'Title 0', author: 'Cut Off', description: 'Is changed often.', rating: 3 };
    const { headers } = await a.send('POST', '/api/v1/books', { token, body: fields });
    const list = '/api/v1/books/author/Cut%20Off';
    for (let n = 1; n <= 20; n++) {
      await b.get(list);
      expect((await b.get(list)).headers['x-cache']).toBe('HIT');
      if (n === 2) await link.cut();
      const title = `Title ${n}`;
      const { status } = await a.send('PATCH', headers['location']!, { token, body: { title } });
      expect(status).toBe(200);
      for (const client of [b, a]) expect((await client.get(list)).body.items[0].title).toBe(title);
      if (n > 2) expect((await a.get('/health/ready')).body.checks.redis).toBe('away');
    }
    expect((await b.get('/health/ready')).body.checks.redis).toBe('ok');
  });
});
