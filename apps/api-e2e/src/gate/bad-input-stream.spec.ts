import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { expectProblem } from '../support/expect-problem.js';
import { HostileApp } from '../support/hostile-app.js';

const target = await HostileApp.start();
afterAll(() => target.stop());

const streams = target.operations.filter(
  ({ types }) =>
    types.length > 0 && !types.some((type) => /^(application\/json|multipart\/|\*\/)/.test(type)),
);

describe('Bodies that a handler reads as a stream', () => {
  it.each(streams)('$name: another media type, or none, is 415', async ({ method, path }) => {
    await target.refuses(async () => {
      for (const type of ['application/json', 'text/plain', 'multipart/form-data; boundary=x', ';;;'])
        expectProblem(await target.send(method, path, { headers: { 'content-type': type }, body: 'a' }), 415);
      expectProblem(await target.send(method, path, { body: 'a' }), 415);
    });
  });

  const nested = '['.repeat(100_000) + ']'.repeat(100_000);
  it.each([
    ['nothing', ''],
    ['NUL bytes', '\0\0\0\n\0'],
    ['bytes that are not UTF-8', Buffer.from([0xff, 0xfe, 0x0a, 0xc3, 0x28])],
    ['broken JSON', '{"title":\n}\n'],
    ['values that are no objects', 'null\n1\n"a"\n[]\n[{}]\n'],
    ['deep nesting', `{"title":${nested}}\n${nested}`],
    ['prototype keys', '{"__proto__":{"title":"x"},"constructor":1}\n'],
    ['a line without end', `{"title":"${'x'.repeat(3_000_000)}"}`],
    ['NUL in texts', '{"title":"a\\u0000","author":"\\ud800","description":"","rating":1}\n'],
    ['only quotes', '"'.repeat(100_000)],
    ['only commas', ','.repeat(100_000)],
    ['gzip that is not announced', gzipSync('title,author\na,b')],
  ])('%s are rejected, and nothing is written', async (_, body) => {
    await target.refuses(async () => {
      for (const { method, path, types } of streams) {
        for (const type of types) {
          const reply = await target.send(method, path, { headers: { 'content-type': type }, body });
          if (reply.status !== 200) expectProblem(reply, 400, 413, 422);
          else expectRejection(reply.text);
        }
      }
    });
  });

  it('gzip that is truncated, damaged or only declared is rejected, and nothing is written', async () => {
    const good = gzipSync('{"title":"A","author":"B","description":"","rating":1}\n');
    const broken = Buffer.from(good).fill(7, 12, 20);
    await target.refuses(async () => {
      for (const { method, path, types } of streams) {
        for (const body of [
          good.subarray(0, good.length - 6),
          broken,
          Buffer.from('plain'),
          Buffer.alloc(0),
        ]) {
          const headers = { 'content-type': types.at(-1)!, 'content-encoding': 'gzip' };
          const reply = await target.send(method, path, { headers, body });
          if (reply.status !== 200) expectProblem(reply, 400, 415, 422);
          else expectRejection(reply.text);
        }
        const headers = { 'content-type': types.at(-1)!, 'content-encoding': 'compress' };
        expectProblem(await target.send(method, path, { headers, body: 'a' }), 415);
      }
    });
  });
});

/** Expects a last line that accounts for all records, none of which was imported. */
function expectRejection(text: string): void {
  const last = JSON.parse(text.trim().split('\n').at(-1)!) as Record<string, unknown>;
  expect(last['error'] ?? [last['imported'], last['updated']], text.slice(-500)).not.toEqual([1, 0]);
  expect(text).not.toMatch(/node_modules|\.ts:\d|QueryFailed|SQLSTATE/);
}
