import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { TestApp } from '../support/test-app.js';

async function pathOfStream(app: TestApp): Promise<string> {
  const { body } = await app.request('GET', '/api/v1/ticketing/events');
  return `/api/v1/ticketing/events/${body.items[0].id}/availability`;
}

it('an address may have 50 event streams, and another when one of them is closed', async () => {
  const app = await TestApp.start();
  onTestFinished(() => app.stop());
  const path = await pathOfStream(app);
  // Referenced, since the stream of a garbage-collected response is closed.
  const streams: Response[] = [];
  for (let i = 0; i < 50; i++) streams.push(await fetch(app.url + path));
  expect(new Set(streams.map(({ status }) => status))).toEqual(new Set([200]));
  const refused = await app.request('GET', path);
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBe('60');
  expect(refused.body.detail).toBe('Too many event streams from one address. Max 50 at once');
  expect((await app.request('HEAD', path)).status).toBe(200);
  await streams[0]!.body!.cancel();
  await expect.poll(async () => (await app.request('GET', path)).status).toBe(200);
});

it('a server closes despite listening, connecting and half-sent clients', async () => {
  const app = await TestApp.start();
  const path = await pathOfStream(app);
  const sockets = await Promise.all(
    ['', 'GET / HTTP/1.1\r\nhost:', `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`].map(async (text) => {
      const socket: Socket = connect(Number(new URL(app.url).port), '127.0.0.1');
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      socket.write(text);
      return socket;
    }),
  );
  await once(sockets[2]!, 'data');
  const opening = fetch(app.url + path).then(
    ({ status }) => status,
    () => 'cut off',
  );
  await sleep(1);
  await app.stop();
  await Promise.all(sockets.map((socket) => socket.closed || once(socket.resume(), 'close')));
  expect([200, 'cut off']).toContain(await opening);
});
