import { PassThrough, Readable } from 'node:stream';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { fastify, type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { entityTag } from './conditional.js';
import { serveRepresentations } from './representation.js';

const TEXT = 'large '.repeat(20_000);
const tag = entityTag(TEXT);

describe('serveRepresentations', () => {
  let server: FastifyInstance;
  let sent: unknown[];

  beforeEach(async () => {
    server = fastify();
    serveRepresentations(server);
    const config = { compressOnce: true };
    sent = [];
    const onSend = (_request: unknown, _reply: unknown, body: unknown, done: () => void): void => {
      sent.push(body);
      done();
    };
    server.get('/text', { config, onSend }, (_request, reply) => reply.header('etag', tag).send(TEXT));
    server.get<{ Params: { id: string } }>('/versions/:id', { config }, ({ params: { id } }, reply) =>
      reply.header('etag', '"v1"').send(id.repeat(2000)),
    );
    server.get('/image', { config }, (_request, reply) =>
      reply.header('etag', tag).type('image/png').send(Buffer.from(TEXT)),
    );
    await server.ready();
  });
  afterEach(() => server.close());

  async function listen(lines: () => Readable): Promise<string> {
    await server.close();
    server = fastify();
    serveRepresentations(server);
    server.get('/lines', (_request, reply) => reply.type('application/x-ndjson').send(lines()));
    return server.listen({ port: 0, host: '127.0.0.1' });
  }

  const get = (url: string, coding: string, method: 'GET' | 'HEAD' = 'GET') =>
    server.inject({ method, url, headers: { 'accept-encoding': coding } });

  it.each([
    ['gzip, br', 'br', brotliDecompressSync],
    ['gzip', 'gzip', gunzipSync],
    ['br;q=0.5, gzip;q=0.9', 'gzip', gunzipSync],
  ])('%s is answered with %s, by HEAD as by GET', async (accepted, coding, decode) => {
    const reply = await get('/text', accepted);
    expect(reply.headers['content-encoding']).toBe(coding);
    expect(reply.headers['etag']).toBe(tag.replace(/"$/, `-${coding}"`));
    expect(decode(reply.rawPayload).toString()).toBe(TEXT);
    const head = await get('/text', accepted, 'HEAD');
    expect(head.rawPayload).toHaveLength(0);
    for (const name of ['content-encoding', 'etag', 'content-length']) {
      expect([name, head.headers[name]]).toEqual([name, reply.headers[name]]);
    }
  });

  it('compresses a body once for all concurrent and later requests', async () => {
    const replies = await Promise.all(Array.from({ length: 20 }, () => get('/text', 'br')));
    replies.push(await get('/text', 'br'));
    expect(sent).toHaveLength(21);
    expect(sent.every((body) => body === sent[0])).toBe(true);
    expect(new Set(replies.map(({ body }) => body)).size).toBe(1);
  });

  it.each(['identity', '', 'deflate', 'br;q=0'])('"%s" is answered uncompressed', async (accepted) => {
    const reply = await get('/text', accepted);
    expect(reply.headers['content-encoding']).toBeUndefined();
    expect(reply.body).toBe(TEXT);
  });

  it('never confuses the versions of two resources', async () => {
    for (const id of ['a', 'b']) {
      const reply = await get(`/versions/${id}`, 'gzip');
      expect(gunzipSync(reply.rawPayload).toString()).toBe(id.repeat(2000));
    }
  });

  it.each(['br', 'gzip'])('forwards the chunks of a stream in %s as they arrive', async (coding) => {
    const lines = new PassThrough();
    lines.write('first\n');
    const reply = await fetch(`${await listen(() => lines)}/lines`, {
      headers: { 'accept-encoding': coding },
    });
    const reader = reply.body!.pipeThrough(new TextDecoderStream()).getReader();
    expect([reply.headers.get('content-encoding'), (await reader.read()).value]).toEqual([coding, 'first\n']);
    lines.end('last\n');
    expect((await reader.read()).value).toBe('last\n');
  });

  it('does not read a stream for HEAD', async () => {
    let reads = 0;
    const lines = new Readable({
      read() {
        this.push(`line ${++reads}\n`);
      },
    });
    const reply = await fetch(`${await listen(() => lines)}/lines`, { method: 'HEAD' });
    expect([reply.status, reads <= 1, lines.destroyed]).toEqual([200, true, true]);
  });

  it('leaves content that is already compressed', async () => {
    expect((await get('/image', 'br')).headers['content-encoding']).toBeUndefined();
  });
});
