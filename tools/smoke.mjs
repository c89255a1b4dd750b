#!/usr/bin/env node
/**
 * Checks that a running Gatehouse is set up correctly: log-in, a write that is visible at once, limits, refusals, and a
 * cached listing if the application has one. It removes what it writes.
 *
 *     node tools/smoke.mjs [URL]          default http://127.0.0.1:3000
 *
 * SMOKE_USERNAME and SMOKE_PASSWORD belong to a user who may write users (default: the development administrator).
 */
import { setTimeout as sleep } from 'node:timers/promises';

const READY_SECONDS = Number(process.env.SMOKE_READY_SECONDS ?? 60);
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

async function refusals() {
  const anonymous = await ask('/api/v1/users', { method: 'POST', json: {} });
  check('a write without log-in is 401', anonymous.status === 401, anonymous.status);
  const forged = await ask('/api/v1/users/me', { token: 'e30.e30.e30' });
  check('a forged token is 401', forged.status === 401, forged.status);
  const unknown = await ask('/api/v1/nothing-here', { headers: { 'x-request-id': 'smoke-test-1' } });
  const problem = unknown.headers.get('content-type')?.startsWith('application/problem+json');
  check('an unknown path is 404 with a problem document', unknown.status === 404 && problem, [
    unknown.status,
    unknown.text,
  ]);
  const id = unknown.headers.get('x-request-id');
  check('… with the request id that was sent', id === 'smoke-test-1', id);
}

async function logIn() {
  const answer = await ask('/api/v1/auth/login', { method: 'POST', json: { username, password } });
  check(`"${username}" logs in`, answer.status === 200, [answer.status, answer.text]);
  return answer.body?.access_token;
}

async function write(token) {
  const invalid = await ask('/api/v1/users', { method: 'POST', token, json: { nmae: 'x' } });
  check('an unknown field is 422', invalid.status === 422, [invalid.status, invalid.text]);
  const name = `smoke-${Date.now()}`;
  const list = `/api/v1/users?q=${name}`;
  const before = await ask(list, { token });
  check('a listing succeeds', before.status === 200, [before.status, before.text]);
  const limit = before.headers.get('ratelimit-limit');
  check('… with its limits', Number(limit) > 0, limit);
  const user = { username: name, email: `${name}@example.com`, password: `${name}-Passw0rd` };
  const created = await ask('/api/v1/users', { method: 'POST', token, json: user });
  const location = created.headers.get('location');
  check('a user is created', created.status === 201 && Boolean(location), [created.status, created.text]);
  if (!location) return;
  const shown = await ask(list, { token });
  check('… and is listed at once', shown.text.includes(name), shown.text.slice(0, 200));
  const removed = await ask(location.replace(/^https?:\/\/[^/]+/, ''), { method: 'DELETE', token });
  check('… and is deleted', removed.status === 204, [removed.status, removed.text]);
}

/** A listing that is cached, and that a query can make new. */
async function cachedListing() {
  const { body } = await ask('/openapi.json');
  const paths = Object.entries(body.paths).filter(
    ([path, { get }]) =>
      !path.includes('{') && get?.['x-cache'] && get.parameters?.some(({ name }) => name === 'q'),
  );
  return paths[0]?.[0];
}

async function cache(token) {
  const listing = await cachedListing();
  if (!listing) return console.log('      no cached listing to ask');
  // A new query, so that the first response cannot come from the cache.
  const path = `${listing}?q=smoke${Date.now()}`;
  const first = await ask(path, { token });
  check(`${listing} X-Cache: MISS`, first.headers.get('x-cache') === 'MISS', [first.status, first.text]);
  const second = await ask(path, { token });
  check(
    '… then HIT, byte for byte',
    second.headers.get('x-cache') === 'HIT' && second.text === first.text,
    second.headers.get('x-cache'),
  );
  const third = await ask(path, { token, headers: { 'if-none-match': second.headers.get('etag') ?? '' } });
  check('… then 304', third.status === 304, third.status);
}

await health();
if (failed === 0) {
  await refusals();
  const token = await logIn();
  if (token) for (const part of [write, cache]) await part(token);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
