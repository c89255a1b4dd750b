#!/usr/bin/env node
/**
 * Checks that a running Gatehouse is set up correctly: log-in, a cached listing, a write that is visible at once, limits,
 * refusals. It removes what it writes.
 *
 *     node tools/smoke.mjs [URL]          default http://127.0.0.1:3000
 *
 * SMOKE_USERNAME and SMOKE_PASSWORD belong to a user who may write books (default: the development administrator).
 */
import { setTimeout as sleep } from 'node:timers/promises';

const READY_SECONDS = 60;
const base = (process.argv[2] ?? 'http://127.0.0.1:3000').replace(/\/$/, '');
const username = process.env.SMOKE_USERNAME ?? 'admin';
const password = process.env.SMOKE_PASSWORD ?? 'Passw0rd';

let passed = 0;
let failed = 0;

function check(what, holds, found) {
  if (holds) passed++;
  else failed++;
  console.log(holds ? `ok    ${what}` : `FAIL  ${what}: ${JSON.stringify(found)}`);
}

async function ask(path, { token, json, ...options } = {}) {
  const response = await fetch(base + path, {
    ...options,
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(json && { 'content-type': 'application/json' }),
      ...options.headers,
    },
    body: json && JSON.stringify(json),
  });
  const text = await response.text();
  const isJson = /[/+]json/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson && text ? JSON.parse(text) : undefined,
  };
}

async function ready() {
  const deadline = Date.now() + READY_SECONDS * 1000;
  for (;;) {
    const answer = await ask('/health/ready').catch((error) => ({
      status: 0,
      text: String(error.cause ?? error),
    }));
    if (answer.status === 200 || Date.now() > deadline) return answer;
    await sleep(500);
  }
}

async function health() {
  const answer = await ready();
  check(`ready within ${READY_SECONDS} s`, answer.status === 200, [answer.status, answer.text]);
  for (const path of ['/health/live', '/docs', '/redoc', '/redoc/redoc.standalone.js', '/openapi.json']) {
    const { status } = await ask(path);
    check(`GET ${path}`, status === 200, status);
  }
  const { status } = await ask('/metrics', { headers: { 'x-forwarded-for': '203.0.113.7' } });
  check('/metrics is not public', status === 401 || status === 404, status);
}

async function listing() {
  // A new query, so that the first response cannot come from the cache.
  const path = `/api/v1/books?q=smoke${Date.now()}`;
  const first = await ask(path, { headers: { 'x-request-id': 'smoke-test-1' } });
  check('a listing succeeds', first.status === 200, [first.status, first.text]);
  check(
    '… with the request id that was sent',
    first.headers.get('x-request-id') === 'smoke-test-1',
    first.headers.get('x-request-id'),
  );
  check(
    '… with its limits',
    Number(first.headers.get('ratelimit-limit')) > 0,
    first.headers.get('ratelimit-limit'),
  );
  check('… X-Cache: MISS', first.headers.get('x-cache') === 'MISS', first.headers.get('x-cache'));
  const second = await ask(path);
  check(
    '… then HIT, byte for byte',
    second.headers.get('x-cache') === 'HIT' && second.text === first.text,
    second.headers.get('x-cache'),
  );
  const third = await ask(path, { headers: { 'if-none-match': second.headers.get('etag') ?? '' } });
  check('… then 304', third.status === 304, third.status);
}

async function refusals() {
  const anonymous = await ask('/api/v1/books', { method: 'POST', json: {} });
  check('a write without log-in is 401', anonymous.status === 401, anonymous.status);
  const forged = await ask('/api/v1/books', { token: 'e30.e30.e30' });
  check('a forged token is 401', forged.status === 401, forged.status);
  const unknown = await ask('/api/v1/nothing-here');
  const problem = unknown.headers.get('content-type')?.startsWith('application/problem+json');
  check('an unknown path is 404 with a problem document', unknown.status === 404 && problem, [
    unknown.status,
    unknown.text,
  ]);
}

async function write() {
  const logIn = await ask('/api/v1/auth/login', { method: 'POST', json: { username, password } });
  check(`"${username}" logs in`, logIn.status === 200, [logIn.status, logIn.text]);
  const token = logIn.body?.access_token;
  if (!token) return;
  const invalid = await ask('/api/v1/books', { method: 'POST', token, json: { titel: 'x' } });
  check('an unknown field is 422', invalid.status === 422, [invalid.status, invalid.text]);

  const author = `Smoke ${Date.now()}`;
  const list = `/api/v1/books/author/${encodeURIComponent(author)}`;
  await ask(list);
  const book = {
    title: 'A Book of Smoke',
    author,
    description: 'Created and removed by the smoke test.',
    rating: 4,
  };
  const created = await ask('/api/v1/books', { method: 'POST', token, json: book });
  const location = created.headers.get('location');
  check('a book is created', created.status === 201 && Boolean(location), [created.status, created.text]);
  if (!location) return;
  const shown = await ask(list);
  check('… and is listed at once', shown.text.includes('A Book of Smoke'), shown.text.slice(0, 200));
  const removed = await ask(location.replace(/^https?:\/\/[^/]+/, ''), { method: 'DELETE', token });
  check('… and is deleted', removed.status === 204, [removed.status, removed.text]);
}

await health();
if (failed === 0) for (const part of [listing, refusals, write]) await part();
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
