import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PaymentsSettings } from '@gatehouse/payments';
import { sandboxCall } from '@gatehouse/payments/testing';
import { type Answer, TestApp } from '../support/test-app.js';

const TICKETING = '/api/v1/ticketing';
const PRICE = 1500;

let app: TestApp;
let admin: string;
let demo: string;
let eventId: string;
let offer: { categoryId: string; sessionId: string };

beforeAll(async () => {
  app = await TestApp.start({ THROTTLE_DISABLED: 'true', PUBLIC_URL: 'https://gatehouse.example' });
  [admin, demo] = [await app.loginAs('admin'), await app.loginAs('demo')];
});
afterAll(() => app.stop());

let made = 0;

/** An event with one place. */
beforeEach(async () => {
  const post = async (path: string, body: object): Promise<string> =>
    (await app.request('POST', `${TICKETING}/${path}`, { token: admin, body })).body.id;
  const name = `Recital ${++made}`;
  const openDate = new Date(Date.now() - 1000).toISOString();
  const organiserId = await post('organisers', { name });
  eventId = await post('events', { organiserId, name, openDate, quota: 1 });
  const sessionId = await post('sessions', { eventId, name, date: openDate });
  const categoryId = await post('categories', { eventId, name, priceCents: PRICE, currency: 'EUR' });
  offer = { categoryId, sessionId };
});

const buy = () => app.request('POST', `${TICKETING}/tickets`, { token: demo, body: offer });
const statusOf = async ({ body }: Answer) =>
  (await app.request('GET', `${TICKETING}/tickets/${body.id}`, { token: demo })).body.status;
const usedOf = async () => (await app.request('GET', `${TICKETING}/events/${eventId}/quota`)).body.used;
const paymentsOf = ({ body }: Answer) =>
  app.dataSource.query(
    `SELECT outcome, refund IS NOT NULL AS "goesBack" FROM payments WHERE reference = $1`,
    [body.id],
  );
const expire = ({ body }: Answer) =>
  app.dataSource.query(
    `UPDATE ticketing_tickets SET status = 'expired', expires_at = now() - interval '1 minute' WHERE id = $1`,
    [body.id],
  );

/** Reports a payment like the provider. */
function pay({ body }: Answer, amountCents = PRICE, paymentId?: string): Promise<Answer> {
  const checkoutId = body.checkout.url.split('/').at(-1);
  const { webhookSecret } = app.app.get(PaymentsSettings);
  const call = sandboxCall({ checkoutId, amountCents, paymentId }, webhookSecret);
  return app.request('POST', '/api/v1/payments/webhook', call);
}

describe('A paid ticket', () => {
  it('waits for its payment on the provider’s page, and is confirmed once', async () => {
    const ticket = await buy();
    expect(ticket.body).toMatchObject({ status: 'pending', priceCents: PRICE });
    expect(ticket.body.checkout.url).toMatch(/^https:\/\/gatehouse\.example\/checkout\/[0-9a-f-]{36}$/);
    const paymentId = `once-${ticket.body.id}`;
    const answers = await Promise.all(Array.from({ length: 20 }, () => pay(ticket, PRICE, paymentId)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect([await statusOf(ticket), await usedOf()]).toEqual(['confirmed', 1]);
    expect(await paymentsOf(ticket)).toEqual([{ outcome: 'accepted', goesBack: false }]);
  });

  it('is not confirmed by another amount', async () => {
    const ticket = await buy();
    expect((await pay(ticket, PRICE - 1)).status).toBe(200);
    expect(await statusOf(ticket)).toBe('pending');
    expect(await paymentsOf(ticket)).toEqual([{ outcome: 'wrong-amount', goesBack: true }]);
  });

  it('is confirmed by a late payment while a place is free, and refunded otherwise', async () => {
    const late = await buy();
    await expire(late);
    expect(await usedOf()).toBe(0);
    expect((await pay(late)).status).toBe(200);
    expect([await statusOf(late), await usedOf()]).toEqual(['confirmed', 1]);

    await app.request('POST', `${TICKETING}/tickets/${late.body.id}/cancel`, { token: demo });
    const tooLate = await buy();
    await expire(tooLate);
    const other = await buy();
    expect((await pay(tooLate)).status).toBe(200);
    expect([await statusOf(tooLate), await statusOf(other), await usedOf()]).toEqual([
      'expired',
      'pending',
      1,
    ]);
    expect(await paymentsOf(tooLate)).toEqual([{ outcome: 'too-late', goesBack: true }]);
  });

  it('releases its place and refunds the money when it is cancelled, also when it is paid at the same moment', async () => {
    for (let round = 0; round < 10; round++) {
      const ticket = await buy();
      const cancel = () =>
        app.request('POST', `${TICKETING}/tickets/${ticket.body.id}/cancel`, { token: demo });
      const [paid, cancelled] = await Promise.all([pay(ticket), cancel()]);
      expect([paid.status, cancelled.status]).toEqual([200, 200]);
      expect([await statusOf(ticket), await usedOf()]).toEqual(['cancelled', 0]);
      expect(await paymentsOf(ticket)).toMatchObject([{ goesBack: true }]);
    }
  });
});
