import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { useServer } from '../testing/use-server.js';

const use = useServer();

describe('bodies that cannot be read', () => {
  it.each(['{', '{"title":', 'title', "{'title':1}", '{"a":1}}', '[', '\u0000'])(
    'malformed JSON %s is 400',
    async (body) => {
      const answer = await use.server.post('/books', body);
      expect(answer.status).toBe(400);
      expect(answer.body.detail).toMatch(/^The body is not valid JSON/);
    },
  );

  it('never echoes the text', async () => {
    expect(JSON.stringify((await use.server.post('/books', 'secret-password')).body)).not.toContain('secret');
  });

  it('is 400 for bytes that are not UTF-8', async () => {
    const answer = await use.server.post('/books', Buffer.from([0x22, 0xc3, 0x28, 0x22]));
    expect([answer.status, answer.body.detail]).toEqual([400, 'The body is not valid UTF-8']);
  });

  it.each(['q=%', 'q=%zz', 'q=%C3', '%ff=1'])('is 400 for the query %s', async (query) => {
    const head = `GET /books?${query} HTTP/1.1\nHost: x`;
    expect(await use.server.raw(head)).toContain('400 Bad Request');
  });

  it.each([
    ['text/plain', {}],
    ['application/x-www-form-urlencoded', {}],
    ['application/json; charset=latin1', {}],
    ['application/jsonp', {}],
    ['nonsense', {}],
    ['application/json', { 'content-encoding': 'gzip' }],
  ])('is 415 for %s %o', async (type, headers) => {
    const answer = await use.server.post('/books', '{}', { 'content-type': type, ...headers });
    expect(answer.status).toBe(415);
  });

  it('names the media types of the route', async () => {
    const answer = await use.server.post('/books/login', 'a', { 'content-type': 'text/plain' });
    expect(answer.body.detail).toBe(
      'Content-Type must be application/json or application/x-www-form-urlencoded',
    );
    const head = 'POST /books HTTP/1.1\nHost: x\nContent-Length: 2';
    expect(await use.server.raw(head, '{}')).toContain('"Content-Type must be application/json"');
    expect((await use.server.post('/books/import', 'a', {})).body.detail).toBe(
      'Content-Type must be text/csv',
    );
  });

  it('is 413 by its declared length, before it is sent', async () => {
    const head = 'POST /books/login HTTP/1.1\nHost: x\nContent-Type: application/json\nContent-Length: 101';
    expect(await use.server.raw(head)).toContain('413');
  });

  it('is 413 when more bytes arrive than the limit', async () => {
    const head =
      'POST /books/login HTTP/1.1\nHost: x\nContent-Type: application/json\nTransfer-Encoding: chunked';
    expect(await use.server.raw(head, `c8\r\n${'a'.repeat(200)}\r\n`)).toContain('413');
    const fits = JSON.stringify({ username: 'a' }).padEnd(100);
    expect((await use.server.post('/books/login', fits)).status).toBe(201);
    expect((await use.server.post('/books/login', fits + ' ')).status).toBe(413);
  });

  it('lets the client read the response to a large body, and reuses the connection', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => use.server.post('/books', 'x'.repeat(8_000_000))));
    expect(answers.map((answer) => answer.status)).toEqual([413, 413, 413]);
  });

  it('cuts off a client that keeps sending', async () => {
    const socket = connect(use.server.port, '127.0.0.1');
    socket.on('error', () => undefined).on('data', () => undefined);
    socket.write(
      'POST /books HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
    const chunk = `100000\r\n${'a'.repeat(0x100000)}\r\n`;
    const timer = setInterval(() => socket.write(chunk), 1);
    await new Promise((resolve) => socket.once('close', resolve));
    clearInterval(timer);
    expect(socket.bytesWritten).toBeGreaterThan(16_000_000);
  });
});

describe('the order of the gate', () => {
  it.each([
    ['malformed JSON', '{', 'application/json'],
    ['a wrong media type', 'x', 'text/plain'],
    ['a malformed media type', 'x', ';;;'],
    ['a large body', 'x'.repeat(2_000_000), 'application/json'],
  ])('%s of an anonymous caller is 401', async (_, body, type) => {
    expect((await use.server.post('/books', body, { 'content-type': type, 'x-anonymous': '1' })).status).toBe(
      401,
    );
  });
});
