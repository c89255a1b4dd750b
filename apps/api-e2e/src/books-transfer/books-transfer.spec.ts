import { gzipSync } from 'node:zlib';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestApp } from '../support/test-app.js';

const CSV = 'title,author,description,rating,sourceId\nImported,X,,4,transfer-1\nBad,X,,9,transfer-2\n';

let app: TestApp;
let token: string;

beforeAll(async () => {
  app = await TestApp.start();
  token = await app.loginAs('moderator');
});
afterAll(() => app.stop());

const send = (
  raw: RequestInit['body'],
  headers: Record<string, string>,
  caller: string | undefined = token,
) => app.request('POST', '/api/v1/books/import', { token: caller, raw, headers });
const lastOf = (text: string) => JSON.parse(text.trim().split('\n').at(-1)!) as unknown;
const total = async () => (await app.request('GET', '/api/v1/books?pageSize=1')).body.total as number;

it('imports through the whole gate, and shows the books at once', async () => {
  const before = await total();
  const { status, headers, text } = await send(CSV, { 'content-type': 'text/csv' });
  expect([status, headers.get('content-type')]).toEqual([200, 'application/x-ndjson']);
  expect(lastOf(text)).toEqual({
    imported: 1,
    updated: 0,
    rejected: 1,
    errors: [{ line: 3, reason: 'rating must not be greater than 5' }],
  });
  expect(await total()).toBe(before + 1);
});

it('accepts gzip', async () => {
  const headers = { 'content-type': 'text/csv', 'content-encoding': 'gzip' };
  expect(lastOf((await send(gzipSync(CSV), headers)).text)).toMatchObject({ updated: 1, rejected: 1 });
});

it('exports what it imports', async () => {
  const { status, headers, text } = await app.request('GET', '/api/v1/books/export?format=csv');
  expect([status, headers.get('content-disposition')]).toEqual([200, 'attachment; filename="books.csv"']);
  expect(lastOf((await send(text, { 'content-type': 'text/csv' })).text)).toEqual({
    imported: 0,
    updated: await total(),
    rejected: 0,
    errors: [],
  });
});

it.each([
  ['ndjson', 'br'],
  ['csv', 'gzip'],
])('compresses the export as %s with %s', async (format, coding) => {
  const headers = { 'accept-encoding': coding };
  const plain = await app.request('GET', `/api/v1/books/export?format=${format}`, {
    headers: { 'accept-encoding': 'identity' },
  });
  const reply = await app.request('GET', `/api/v1/books/export?format=${format}`, { headers });
  expect(plain.headers.get('content-encoding')).toBeNull();
  expect(reply.headers.get('content-encoding')).toBe(coding);
  expect(reply.text).toBe(plain.text);
});

it('reports the progress of an import at once, compressed or not', async () => {
  const { port } = new URL(app.url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.write(
    `POST /api/v1/books/import HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${token}\r\naccept-encoding: br\r\n` +
      'content-type: text/csv\r\ntransfer-encoding: chunked\r\n\r\n' +
      `${CSV.length.toString(16)}\r\n${CSV}\r\n`,
  );
  let answer = '';
  socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
  await expect.poll(() => answer.split('\r\n\r\n')[1]?.length ?? 0).toBeGreaterThan(10);
  expect(answer).toMatch(/content-encoding: br/i);
  socket.destroy();
});

it('requires the permission books.write before it reads anything', async () => {
  const headers = { 'content-type': 'text/csv' };
  expect((await app.request('POST', '/api/v1/books/import', { raw: CSV, headers })).status).toBe(401);
  expect((await send(CSV, headers, await app.loginAs('demo'))).status).toBe(403);
});

it('refuses an invalid upload with a problem', async () => {
  expect((await send('{}', { 'content-type': 'application/json' })).status).toBe(415);
  expect((await send('colour\nred\n', { 'content-type': 'text/csv' })).status).toBe(422);
  expect((await app.request('GET', '/api/v1/books/export?format=xml')).status).toBe(422);
});
