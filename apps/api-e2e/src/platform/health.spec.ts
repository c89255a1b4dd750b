import { afterAll, beforeAll, expect, it } from 'vitest';
import { Draining } from '@gatehouse/observability';
import { TestApp } from '../support/test-app.js';

let app: TestApp;

beforeAll(async () => {
  app = await TestApp.start();
});
afterAll(() => app.stop());

it('is alive and ready', async () => {
  expect(await app.request('GET', '/health/live')).toMatchObject({ status: 200, body: { status: 'ok' } });
  expect(await app.request('GET', '/health/ready')).toMatchObject({ status: 200 });
});

it('is not ready while draining, but still alive', async () => {
  await app.app.get(Draining).begin();
  expect(await app.request('GET', '/health/ready')).toMatchObject({ status: 503 });
  expect(await app.request('GET', '/health/live')).toMatchObject({ status: 200, body: { status: 'ok' } });
});
