import { afterAll, expect, describe, it } from 'vitest';
import { HostileApp } from '../support/hostile-app.js';
import type { Reply } from '../support/http-client.js';
import { isLong } from '../support/operations.js';

const target = await HostileApp.start();
afterAll(() => target.stop());

/** Headers that describe the request rather than the response. */
const OWN =
  /^(date|keep-alive|connection|transfer-encoding|x-request-id|x-process-time|ratelimit.*|age|x-cache)$/;

const described = ({ headers }: Reply) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !OWN.test(name)));

/** Responses that differ between requests, or are endless. */
const reads = target.operations.filter(
  ({ method, path }) =>
    method === 'GET' && !isLong(path) && !/^\/metrics|^\/health|auth\/sessions/.test(path),
);

describe.each(['identity', 'br', 'gzip'])('HEAD, accepting %s,', (accepted) => {
  const headers = { 'accept-encoding': accepted };

  it.each(reads)('is answered as $name, without a body', async ({ path }) => {
    const get = await target.send('GET', path, { headers });
    const head = await target.send('HEAD', path, { headers });
    expect([path, head.status, head.bytes.length]).toEqual([path, get.status, 0]);
    expect(described(head)).toEqual(described(get));
    const { etag } = get.headers;
    if (get.status !== 200 || etag === undefined) return;
    for (const method of ['GET', 'HEAD']) {
      const known = await target.send(method, path, { headers: { ...headers, 'if-none-match': etag } });
      expect([method, known.status, known.text, known.headers.etag]).toEqual([method, 304, '', etag]);
      expect(known.headers).not.toHaveProperty('content-length');
    }
  });
});

// needs: ticketing
it('HEAD of a stream of events ends at once', async () => {
  const stream = target.operations.find(({ path }) => path.endsWith('/availability'))!;
  const head = await target.send('HEAD', stream.path);
  expect([head.status, head.bytes.length, head.headers['content-type']]).toEqual([
    200,
    0,
    expect.stringMatching(/^text\/event-stream/),
  ]);
});
// end

it('204 has no headers of a body', async () => {
  for (const [method, path] of [
    ['OPTIONS', '/api/v1/users'],
    ['DELETE', '/api/v1/auth/session'],
  ] as const) {
    const { status, headers, text } = await target.send(method, path);
    expect([method, status, text]).toEqual([method, 204, '']);
    for (const name of ['content-length', 'content-type', 'transfer-encoding', 'content-encoding'])
      expect([name, headers[name]]).toEqual([name, undefined]);
  }
});
