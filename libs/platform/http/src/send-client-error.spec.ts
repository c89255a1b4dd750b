import { connect, type Socket } from 'node:net';
import { fastify, type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CorsMiddleware } from './cors.middleware.js';
import { sendClientError } from './send-client-error.js';

const cors = new CorsMiddleware(['https://client.example'], false);

describe('sendClientError', () => {
  let server: FastifyInstance;
  let port: number;

  beforeEach(async () => {
    server = fastify({
      clientErrorHandler: (error, socket) => sendClientError(error, socket as Socket, cors),
    });
    server.get('/stream', (_request, reply) => {
      reply.raw.writeHead(200).write('first');
      setTimeout(() => reply.raw.end('last'), 50);
    });
    server.post('/', () => 'read');
    await server.listen({ port: 0, host: '127.0.0.1' });
    port = (server.server.address() as { port: number }).port;
  });
  afterEach(() => server.close());

  function exchange(...parts: string[]): Promise<string> {
    return new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => parts.forEach((part) => socket.write(part)));
      let text = '';
      socket.on('data', (chunk) => (text += chunk.toString()));
      socket.on('error', (error) => (text += error.message));
      socket.on('close', () => resolve(text));
    });
  }

  it.each([
    ['NONSENSE\r\n\r\n', 400, '/problems/malformed-request'],
    [`GET / HTTP/1.1\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`, 431, '/problems/headers-too-large'],
  ])('answers %j with a problem', async (text, status, type) => {
    const [head = '', body = ''] = (await exchange(text)).split('\r\n\r\n');
    expect(head).toContain(`HTTP/1.1 ${status} `);
    expect(head).toContain('x-content-type-options: nosniff');
    expect(head).toContain('cache-control: no-store');
    expect(JSON.parse(body)).toMatchObject({ type, status, requestId: expect.stringMatching(/./) });
  });

  it('sends no body to HEAD', async () => {
    const text = await exchange(`HEAD / HTTP/1.1\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`);
    expect(text).toMatch(/^HTTP\/1\.1 431 [^]*content-length: \d+\r\n[^]*\r\n\r\n$/);
  });

  it.each([
    'NONSENSE\r\nOrigin: https://client.example\r\n\r\n',
    `GET / HTTP/1.1\r\nHost: a\r\norigin:  https://client.example\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`,
    'POST / HTTP/1.1\r\nHost: a\r\nOrigin: https://client.example\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
  ])('lets a page of an allowed origin read the answer to %.30j', async (text) => {
    const [head = ''] = (await exchange(text)).split('\r\n\r\n');
    expect(head).toContain('access-control-allow-origin: https://client.example\r\n');
    expect(head).toContain('access-control-expose-headers: X-Total-Count');
    const [other = ''] = (await exchange(text.replace('client.example', 'evil.example'))).split('\r\n\r\n');
    expect(other).not.toContain('access-control');
    expect(other).toContain('vary: Origin');
  });

  it('lets a client that keeps sending read the response', async () => {
    const flood = Array.from({ length: 200 }, () => `X: ${'a'.repeat(10_000)}\r\n`);
    const text = await exchange('GET / HTTP/1.1\r\n', ...flood);
    expect(text).toContain('/problems/headers-too-large');
    expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  it('writes nothing into a response in progress', async () => {
    const text = await exchange('GET /stream HTTP/1.1\r\nHost: a\r\n\r\n', 'NONSENSE\r\n\r\n');
    expect(text).not.toContain('/problems/');
  });
});
