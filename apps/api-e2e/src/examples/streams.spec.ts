import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { RequestObserver } from '@gatehouse/observability';
import { call } from '../support/http-client.js';
import { TestApp } from '../support/test-app.js';

const app = await TestApp.start();
afterAll(() => app.stop());

const token = await app.loginAs('demo');
const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest('hex');
const open = () => app.app.get(RequestObserver).inFlight;

const send = (raw: RequestInit['body'], headers: Record<string, string> = {}) =>
  app.request('POST', '/api/v1/stream', {
    token,
    raw,
    headers: { 'content-type': 'application/octet-stream', ...headers },
  });

describe('GET /stream', () => {
  it.each(['identity', 'gzip, br'])('sends ten chunks, one per second, accepting %s', async (accepted) => {
    const start = performance.now();
    const response = await fetch(`${app.url}/api/v1/stream`, { headers: { 'accept-encoding': accepted } });
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(response.headers.get('content-encoding')).toBeNull();
    const chunks: string[] = [];
    const times: number[] = [];
    for await (const chunk of response.body!) {
      chunks.push(Buffer.from(chunk).toString());
      times.push(performance.now() - start);
    }
    expect(chunks.join('')).toBe(Array.from({ length: 10 }, (_, i) => `data: ${i}\n`).join(''));
    // A busy machine may receive some together, but the server does not send them earlier.
    expect(chunks.length).toBeGreaterThan(1);
    expect(times.at(-1)).toBeGreaterThan(8_900);
  });

  it('ends when the client leaves, and answers HEAD at once', async () => {
    const before = open();
    const readers = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const reader = (await fetch(`${app.url}/api/v1/stream`)).body!.getReader();
        await reader.read();
        return reader;
      }),
    );
    expect(open()).toBe(before + 5);
    await Promise.all(readers.map((reader) => reader.cancel()));
    await expect.poll(open).toBe(before);
    expect((await app.request('HEAD', '/api/v1/stream')).status).toBe(200);
  });
});

describe('POST /stream', () => {
  it('counts and digests what arrives', async () => {
    const { status, body } = await send('Some bytes');
    expect([status, body]).toEqual([200, { bytes: 10, chunks: 1, sha256: sha256('Some bytes') }]);
  });

  it('processes each chunk when it arrives', async () => {
    const texts = ['one', 'two', 'three'];
    const body = new ReadableStream({
      async start(controller) {
        for (const text of texts) {
          controller.enqueue(Buffer.from(text));
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
        controller.close();
      },
    });
    const answer = await send(body);
    expect(answer.body).toMatchObject({ bytes: 11, sha256: sha256(texts.join('')) });
    expect(answer.body.chunks).toBeGreaterThan(1);
  });

  it.each([
    ['an empty body', '', { 'content-type': 'text/plain' }],
    ['any media type', '{', { 'content-type': 'application/json' }],
    ['a coding, whose bytes are not decoded', 'x', { 'content-encoding': 'gzip' }],
  ])('accepts %s', async (_, text, headers) => {
    expect((await send(text, headers)).body).toMatchObject({ bytes: text.length, sha256: sha256(text) });
  });

  it('accepts a body without a media type, and none at all', async () => {
    const headers = { authorization: `Bearer ${token}` };
    for (const body of ['abc', undefined]) {
      const { status, text } = await call(app.url, 'POST', '/api/v1/stream', { headers, body });
      expect([status, JSON.parse(text).bytes]).toEqual([200, body?.length ?? 0]);
    }
  });

  it('refuses an anonymous caller', async () => {
    const { status } = await call(app.url, 'POST', '/api/v1/stream', { body: 'abc' });
    expect(status).toBe(401);
  });

  it('forgets a client that leaves in the middle', async () => {
    const before = open();
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
    socket.write(
      `POST /api/v1/stream HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${token}\r\ncontent-length: 100\r\n\r\nabc`,
    );
    await expect.poll(open).toBe(before + 1);
    socket.destroy();
    await once(socket, 'close');
    await expect.poll(open).toBe(before);
  });
});
