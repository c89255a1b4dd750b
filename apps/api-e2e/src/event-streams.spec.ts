import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestApp } from './support/test-app.js';

let app: TestApp;

beforeAll(async () => {
  app = await TestApp.start();
});
afterAll(() => app.stop());

it('an address has 50 event streams, and the next one when one of them is closed', async () => {
  const { body } = await app.request('GET', '/api/v1/ticketing/events');
  const path = `/api/v1/ticketing/events/${body.items[0].id}/availability`;
  const leave = new AbortController();
  const open = async (signal?: AbortSignal) =>
    (await fetch(app.url + path, { signal: signal ?? null })).status;
  const last = new AbortController();
  const statuses = [await open(leave.signal)];
  for (let i = 1; i < 50; i++) statuses.push(await open(last.signal));
  expect(new Set(statuses)).toEqual(new Set([200]));
  const refused = await app.request('GET', path);
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBe('60');
  expect(refused.body.detail).toBe('Too many event streams from one address. Max 50 at once');
  expect((await app.request('HEAD', path)).status).toBe(200);
  leave.abort();
  await expect.poll(async () => (await app.request('GET', path)).status).toBe(200);
  last.abort();
});
