import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApp } from '../support/test-app.js';

const EVENTS = '/api/v1/ticketing/events';

let app: TestApp;
let token: string;
let organiserId: string;

beforeAll(async () => {
  app = await TestApp.start();
  token = await app.loginAs('admin');
  const made = await app.request('POST', '/api/v1/ticketing/organisers', { token, body: { name: 'Times' } });
  organiserId = made.body.id as string;
});
afterAll(() => app.stop());

const createEvent = (openDate: string) =>
  app.request('POST', EVENTS, { token, body: { organiserId, name: `From ${openDate}`, openDate } });
const audit = (from: string) =>
  app.request('GET', `/api/v1/audit?from=${encodeURIComponent(from)}`, { token });

describe('a time', () => {
  it.each([
    '0000-01-01T00:00:00.000Z',
    '0000-02-29T00:00:00.000Z',
    '0000-12-31T12:00:00.001Z',
    '0004-02-29T23:59:59.999Z',
    '0001-01-01T00:00:00.000Z',
    '1582-10-10T00:00:00.000Z',
    '9999-12-31T23:59:59.999Z',
  ])('%s comes back as it was sent', async (time) => {
    const created = await createEvent(time);
    expect([created.status, created.body.openDate]).toEqual([201, time]);
    const { body } = await app.request('GET', `${EVENTS}/${created.body.id}`);
    expect(body.openDate).toBe(time);
    expect((await audit(time)).status).toBe(200);
    const session = { eventId: created.body.id as string, name: 'S', date: time };
    const made = await app.request('POST', '/api/v1/ticketing/sessions', { token, body: session });
    expect([made.status, made.body.date]).toEqual([201, time]);
  });

  it.each(['2026-01-01', '2026-01-01 00:00:00Z', '2026-01-01T24:00:00Z', '9999-12-31T23:59:59-12:00'])(
    '%s is 422 in a body and in a query',
    async (time) => {
      expect((await createEvent(time)).status).toBe(422);
      expect((await audit(time)).status).toBe(422);
    },
  );
});
