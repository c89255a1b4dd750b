import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fastify, type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { InTurnMiddleware } from './in-turn.middleware.js';
import { useMiddlewares } from './middleware.js';

let server: FastifyInstance;
let begun: string[];
let release: () => void;

beforeEach(async () => {
  begun = [];
  const open = new Promise<void>((resolve) => (release = resolve));
  server = fastify({ forceCloseConnections: true });
  useMiddlewares(server, [new InTurnMiddleware()]);
  server.post<{ Params: { name: string } }>('/:name', async ({ params: { name }, body }) => {
    begun.push(name);
    if (name === 'slow') await open;
    return `${name} ${JSON.stringify(body)};`;
  });
  await server.listen({ port: 0, host: '127.0.0.1' });
});
afterEach(() => server.close());

/** Sends requests without waiting for a response. */
async function send(...names: string[]): Promise<Socket> {
  const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  const head = 'HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 4\r\n\r\ntrue';
  socket.write(names.map((name) => `POST /${name} ${head}`).join(''));
  return socket;
}

it('starts a request when the previous one is answered, and requests of other connections at once', async () => {
  const socket = await send('slow', 'second', 'third');
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await expect.poll(() => begun).toEqual(['slow']);
  await send('other');
  await expect.poll(() => begun).toEqual(['slow', 'other']);
  release();
  await expect.poll(() => text).toMatch(/slow true;[^]*second true;[^]*third true;/);
  expect(begun).toEqual(['slow', 'other', 'second', 'third']);
});

it('never starts the remaining requests when the client disconnects', async () => {
  const socket = await send('slow', 'second');
  await expect.poll(() => begun).toEqual(['slow']);
  socket.destroy();
  await expect
    .poll(() => new Promise((resolve) => server.server.getConnections((_, count) => resolve(count))))
    .toBe(0);
  release();
  await sleep(50);
  expect(begun).toEqual(['slow']);
});

it('starts requests that arrive without a connection', async () => {
  const { body } = await server.inject({ method: 'POST', url: '/injected', payload: true as never });
  expect([begun, body]).toEqual([['injected'], 'injected true;']);
});
