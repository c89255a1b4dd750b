import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PaymentsSettings } from '@gatehouse/payments';
import { sandboxCall, type TestPayment } from '@gatehouse/payments/testing';
import { type Answer, TestApp } from '../support/test-app.js';

const TICKETING = '/api/v1/ticketing';
const PRICE = 1500;
const TIMES = 50;

let app: TestApp;
let admin: string;
let made = 0;

beforeAll(async () => {
  app = await TestApp.start({ THROTTLE_DISABLED: 'true', TICKET_MAX_UNPAID: String(TIMES) });
  admin = await app.loginAs('admin');
});
afterAll(() => app.stop());

interface Sold {
  id: string;
  eventId: string;
  checkoutId: string;
}

/** Unpaid tickets of a new event. */
async function sell(count = 1): Promise<Sold[]> {
  const post = async (path: string, body: object) =>
    (await app.request('POST', `${TICKETING}/${path}`, { token: admin, body })).body;
  const name = `Play ${++made}`;
  const openDate = new Date(Date.now() - 60_000).toISOString();
  const { id: organiserId } = await post('organisers', { name });
  const { id: eventId } = await post('events', { organiserId, name, openDate, quota: count });
  const { id: sessionId } = await post('sessions', { eventId, name, date: openDate });
  const { id: categoryId } = await post('categories', { eventId, name, priceCents: PRICE, currency: 'EUR' });
  const sold = Array.from({ length: count }, () => post('tickets', { categoryId, sessionId }));
  return (await Promise.all(sold)).map(({ id, checkout }) => ({
    id,
    eventId,
    checkoutId: checkout.url.split('/').at(-1),
  }));
}

function tell({ checkoutId }: Sold, payment: Partial<TestPayment> = {}, secret?: string): Promise<Answer> {
  const { webhookSecret } = app.app.get(PaymentsSettings);
  const told = { checkoutId, amountCents: PRICE, ...payment };
  return app.request('POST', '/api/v1/payments/webhook', sandboxCall(told, secret ?? webhookSecret));
}
const times = <T>(work: (n: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: TIMES }, (_, n) => work(n)));
const statusesOf = (answers: Answer[]) => [...new Set(answers.map(({ status }) => status))];
const statusOf = async ({ id }: Sold) =>
  (await app.request('GET', `${TICKETING}/tickets/${id}`, { token: admin })).body.status;
const usedOf = async ({ eventId }: Sold) =>
  (await app.request('GET', `${TICKETING}/events/${eventId}/quota`)).body.used;
/** Number of payments of a ticket by outcome, and of refunds among them. */
const outcomesOf = async ({ id }: Sold): Promise<Record<string, [number, number]>> => {
  const rows = await app.dataSource.query(
    `SELECT outcome, count(*)::int AS count, count(refund)::int AS back FROM payments WHERE reference = $1
     GROUP BY outcome`,
    [id],
  );
  return Object.fromEntries(rows.map((row: any) => [row.outcome, [row.count, row.back]])); // eslint-disable-line
};
const expire = (sold: Sold[]) =>
  app.dataSource.query(`UPDATE ticketing_tickets SET status = 'expired' WHERE id = ANY($1)`, [
    sold.map(({ id }) => id),
  ]);

describe(`a webhook about a ticket, delivered ${TIMES} times concurrently`, () => {
  it('of one payment confirms it once', async () => {
    const [ticket] = await sell();
    const answers = await times(() => tell(ticket!, { paymentId: `one-${ticket!.id}` }));
    expect(statusesOf(answers)).toEqual([200]);
    expect([await statusOf(ticket!), await usedOf(ticket!)]).toEqual(['confirmed', 1]);
    expect(await outcomesOf(ticket!)).toEqual({ accepted: [1, 0] });
  });

  it('of as many payments confirms it once, and refunds the others', async () => {
    const [ticket] = await sell();
    expect(statusesOf(await times(() => tell(ticket!)))).toEqual([200]);
    expect([await statusOf(ticket!), await usedOf(ticket!)]).toEqual(['confirmed', 1]);
    expect(await outcomesOf(ticket!)).toEqual({ accepted: [1, 0], duplicate: [TIMES - 1, TIMES - 1] });
  });

  it('with wrong amounts and currencies confirms it only by the right one among them', async () => {
    const [wrong, right] = await sell(2);
    const wrongly = (n: number) =>
      n % 2 ? { currency: 'USD' } : { amountCents: n % 4 ? PRICE + n : PRICE - 1 - n };
    expect(statusesOf(await times((n) => tell(wrong!, wrongly(n))))).toEqual([200]);
    expect(await statusOf(wrong!)).toBe('pending');
    expect(await outcomesOf(wrong!)).toEqual({ 'wrong-amount': [TIMES, TIMES] });
    await times((n) => tell(right!, n === 25 ? {} : wrongly(n)));
    expect(await statusOf(right!)).toBe('confirmed');
    expect((await outcomesOf(right!))['accepted']).toEqual([1, 0]);
  });

  it('with a bad signature confirms nothing and records nothing', async () => {
    const [ticket] = await sell();
    expect(statusesOf(await times(() => tell(ticket!, {}, 'x'.repeat(32))))).toEqual([400]);
    expect([await statusOf(ticket!), await outcomesOf(ticket!)]).toEqual(['pending', {}]);
  });

  it('out of order, declined after paid and paid after declined, confirms it once', async () => {
    const [ticket] = await sell();
    const paymentId = `order-${ticket!.id}`;
    const answers = await times((n) => tell(ticket!, n % 2 ? { kind: 'declined' } : { paymentId }));
    expect(statusesOf(answers)).toEqual([200]);
    expect(await statusOf(ticket!)).toBe('confirmed');
    expect(await outcomesOf(ticket!)).toEqual({ accepted: [1, 0], declined: [TIMES / 2, 0] });
  });

  it('late, for as many expired tickets, confirms only as many as there are places', async () => {
    const tickets = await sell(TIMES);
    await expire(tickets);
    const { eventId } = tickets[0]!;
    expect(await usedOf(tickets[0]!)).toBe(0);
    const body = { quota: 10 };
    await app.request('PATCH', `${TICKETING}/events/${eventId}`, { token: admin, body });
    expect(statusesOf(await times((n) => tell(tickets[n]!)))).toEqual([200]);
    expect(await usedOf(tickets[0]!)).toBe(10);
    const outcomes = await Promise.all(tickets.map(outcomesOf));
    expect(outcomes.filter((found) => found['accepted'])).toHaveLength(10);
    expect(outcomes.filter((found) => found['too-late']?.[1] === 1)).toHaveLength(TIMES - 10);
    const statuses = await Promise.all(tickets.map(statusOf));
    expect(statuses.filter((status) => status === 'confirmed')).toHaveLength(10);
  });

  it('is 500 while confirming fails, and confirms it once when repeated', async () => {
    const [ticket] = await sell();
    const paymentId = `fails-${ticket!.id}`;
    await app.dataSource.query(`
      CREATE FUNCTION refuse_to_confirm() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''out of order''; END';
      CREATE TRIGGER refuse_to_confirm BEFORE UPDATE ON ticketing_tickets FOR EACH ROW
        WHEN (NEW.status = 'confirmed') EXECUTE FUNCTION refuse_to_confirm()`);
    const failed = await times(() => tell(ticket!, { paymentId }));
    await app.dataSource.query('DROP FUNCTION refuse_to_confirm CASCADE');
    expect(statusesOf(failed)).toEqual([500]);
    expect([await statusOf(ticket!), await outcomesOf(ticket!)]).toEqual(['pending', {}]);
    expect(statusesOf(await times(() => tell(ticket!, { paymentId })))).toEqual([200]);
    expect([await statusOf(ticket!), await usedOf(ticket!)]).toEqual(['confirmed', 1]);
    expect(await outcomesOf(ticket!)).toEqual({ accepted: [1, 0] });
  });
});
