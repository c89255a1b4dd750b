import { createHmac } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { JobTable } from '@gatehouse/jobs/testing';
import { errorOf, FakeStripe } from './fake-stripe.js';
import { rowFingerprint } from '../support/row-fingerprint.js';
import { Shop, type SoldThing, WEBHOOK } from './shop.js';
import { type Answer, send } from '../support/test-app.js';

const SECRET = 'whsec_9mZxL4vTqWc7RbYk2HnJ8dPf5GsUaEoX';
const KEY = 'sk_test_4eC39HqLyjWDarjtT1zdp7dc';

const stripe = await FakeStripe.start();
const shop = await Shop.open({
  THROTTLE_DISABLED: 'true',
  PAYMENT_PROVIDER: 'stripe',
  PAYMENT_WEBHOOK_SECRET: SECRET,
  STRIPE_API_KEY: KEY,
  STRIPE_API_URL: stripe.url,
  PUBLIC_URL: 'https://shop.example',
});
afterAll(async () => {
  await shop.close();
  await stripe.stop();
});

const { app } = shop;
const jobs = new JobTable(app.app);
const REFUND = 'payments.refund';
const get = (path: string) => send(app.url, 'GET', path);

beforeEach(() => {
  stripe.taken();
  shop.callback.verdict = async () => 'accepted';
});

let events = 0;

// needs: ticketing
it('lets nobody sell at a price that Stripe cannot charge', async () => {
  const token = await app.loginAs('admin');
  const make = (path: string, body: object) =>
    app.request('POST', `/api/v1/ticketing/${path}`, { token, body });
  const { body: organiser } = await make('organisers', { name: 'Fractions' });
  const openDate = new Date().toISOString();
  const { body: event } = await make('events', { organiserId: organiser.id, name: 'Fractions', openDate });
  const category = { eventId: event.id, name: 'A', currency: 'MGA', priceCents: 1550 };
  const problem = { status: 400, body: { detail: 'The payment provider cannot charge 15.50 MGA' } };
  expect(await make('categories', category)).toMatchObject(problem);
  const made = await make('categories', { ...category, priceCents: 1500 });
  expect(made.status).toBe(201);
  const path = `/api/v1/ticketing/categories/${made.body.id}`;
  expect(await app.request('PATCH', path, { token, body: { priceCents: 1550 } })).toMatchObject(problem);
});
// end

/** An event as Stripe sends it, with its session. */
function eventOf(type: string, session: object): string {
  const id = `evt_${++events}`;
  const created = Math.floor(Date.now() / 1000);
  const body = { id, object: 'event', api_version: '2024-06-20', created, livemode: false, type };
  return JSON.stringify({ ...body, data: { object: session } }, undefined, 2);
}

function paidSession({ id }: SoldThing, changes: object = {}): object {
  return {
    id: `cs_test_of_${id}`,
    object: 'checkout.session',
    amount_total: 2500,
    currency: 'eur',
    client_reference_id: id,
    customer_details: { email: 'payer@example.com', name: 'A Payer' },
    payment_intent: `pi_of_${id}`,
    payment_status: 'paid',
    status: 'complete',
    ...changes,
  };
}

/** As Stripe documents: HMAC-SHA256 of the timestamp, a dot, and the payload. */
function digest(body: string, seconds: number, secret = SECRET): string {
  return createHmac('sha256', secret).update(`${seconds}.${body}`, 'utf8').digest('hex');
}

const nowSeconds = () => Math.floor(Date.now() / 1000);

function deliver(body: string, signature?: string): Promise<Answer> {
  const seconds = nowSeconds();
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'stripe-signature': signature ?? `t=${seconds},v1=${digest(body, seconds)},v0=${'0'.repeat(64)}`,
  };
  return app.request('POST', WEBHOOK, { raw: body, headers });
}

describe('a checkout', () => {
  it('creates Stripe’s session when the payer opens it, and the same one each time', async () => {
    const thing = await shop.checkout({ description: 'Two tickets & a coat' });
    expect(stripe.taken()).toEqual([]);
    const answers = await Promise.all([get(thing.path), get(thing.path), get(thing.path)]);
    const session = stripe.sessions.at(-1)!;
    for (const { status, headers } of answers)
      expect([status, headers.get('location')]).toEqual([303, session['url']]);

    const [{ path, headers, form }] = stripe.taken() as [ReturnType<typeof stripe.taken>[0]];
    expect(path).toBe('/v1/checkout/sessions');
    expect(headers).toMatchObject({
      authorization: `Bearer ${KEY}`,
      'content-type': expect.stringContaining('application/x-www-form-urlencoded'),
      'stripe-version': expect.stringMatching(/^20\d\d-\d\d-\d\d/),
      'idempotency-key': expect.stringContaining(thing.id),
    });
    expect(form).toEqual({
      mode: 'payment',
      client_reference_id: thing.id,
      'line_items[0][quantity]': '1',
      'line_items[0][price_data][currency]': 'eur',
      'line_items[0][price_data][unit_amount]': '2500',
      'line_items[0][price_data][product_data][name]': 'Two tickets & a coat',
      'payment_intent_data[metadata][checkout_id]': thing.id,
      success_url: `https://shop.example/checkout/${thing.id}/paid`,
      cancel_url: `https://shop.example/checkout/${thing.id}/cancelled`,
      expires_at: expect.stringMatching(/^\d{10}$/),
    });
    expect(stripe.sessions.filter((made) => made['client_reference_id'] === thing.id)).toHaveLength(1);
    await get(thing.path);
    expect(stripe.taken()).toEqual([]);
  });

  it('leaves the expiry to Stripe where Stripe accepts none so soon', async () => {
    const thing = await shop.checkout({ expiresAt: new Date(Date.now() + 900_000) });
    expect((await get(thing.path)).status).toBe(303);
    expect(stripe.taken()[0]!.form).not.toHaveProperty('expires_at');
  });

  it('creates another session when the first has ended before the checkout', async () => {
    const thing = await shop.checkout({ expiresAt: new Date(Date.now() + 48 * 3_600_000) });
    const { headers: first } = await get(thing.path);
    await app.dataSource.query(
      `UPDATE checkouts SET provider_expires_at = now() - interval '1 second' WHERE id = $1`,
      [thing.id],
    );
    const { headers: second } = await get(thing.path);
    expect(second.get('location')).not.toBe(first.get('location'));
  });

  it('does not redirect to Stripe when it is paid or expired', async () => {
    const late = await shop.checkout({ expiresAt: new Date(Date.now() - 1000) });
    expect((await get(late.path)).text).toContain('The time for paying is over.');
    const paid = await shop.checkout();
    await deliver(eventOf('checkout.session.completed', paidSession(paid)));
    expect((await get(paid.path)).text).toContain('it is paid');
    expect(stripe.taken()).toEqual([]);
  });

  it('cannot be confirmed by the payer: the return page has no effect', async () => {
    const thing = await shop.checkout();
    const before = await rowFingerprint(app.dataSource);
    expect((await get(`${thing.path}/paid`)).text).toContain('being confirmed');
    expect((await get(`${thing.path}/cancelled`)).text).toContain(`<a href="${thing.path}">Pay</a>`);
    expect(await rowFingerprint(app.dataSource)).toEqual(before);
    expect((await send(app.url, 'POST', `${thing.path}/pay`)).status).toBe(404);
  });

  it('hides Stripe’s refusal, and works at the next attempt', async () => {
    const thing = await shop.checkout();
    stripe.refusals.push(errorOf(401, { type: 'invalid_request_error', message: `Invalid API Key ${KEY}` }));
    const refused = await get(thing.path);
    expect(refused.status).toBeGreaterThanOrEqual(500);
    expect(refused.text).not.toMatch(/sk_test|Stripe/);
    expect((await get(thing.path)).status).toBe(303);
  });
});

describe('an event', () => {
  it('of a paid session is recorded once', async () => {
    const thing = await shop.checkout();
    const body = eventOf('checkout.session.completed', paidSession(thing));
    const answers = await Promise.all(Array.from({ length: 10 }, () => deliver(body)));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(await shop.sales(thing)).toBe(1);
    const [payment] = await shop.payments(thing);
    expect(payment).toMatchObject({ outcome: 'accepted', provider_payment_id: `pi_of_${thing.id}` });
    expect(JSON.stringify(payment)).not.toMatch(/payer@example\.com|A Payer/);
  });

  it('of a delayed payment method is accepted when it is paid, whatever the order of events', async () => {
    const thing = await shop.checkout();
    const unpaid = paidSession(thing, { payment_status: 'unpaid' });
    await deliver(eventOf('checkout.session.completed', unpaid));
    expect(await shop.payments(thing)).toEqual([]);
    await deliver(eventOf('checkout.session.async_payment_failed', unpaid));
    await deliver(eventOf('checkout.session.async_payment_succeeded', paidSession(thing)));
    await deliver(eventOf('checkout.session.completed', unpaid));
    await deliver(eventOf('checkout.session.completed', paidSession(thing)));
    expect((await shop.payments(thing)).map(({ outcome }) => outcome)).toEqual(['declined', 'accepted']);
  });

  it.each([
    ['a session that expired', 'checkout.session.expired', {}],
    ['another kind', 'customer.created', {}],
    ['a session of another application', 'checkout.session.completed', { client_reference_id: null }],
    ['a checkout of another application', 'checkout.session.completed', { client_reference_id: 'order 7' }],
  ])('of %s is well, and changes nothing', async (_, type, changes) => {
    const thing = await shop.checkout();
    const before = await rowFingerprint(app.dataSource);
    expect((await deliver(eventOf(type, paidSession(thing, changes)))).status).toBe(200);
    expect(await rowFingerprint(app.dataSource)).toEqual(before);
  });

  it('may be signed with a second secret besides', async () => {
    const thing = await shop.checkout();
    const body = eventOf('checkout.session.completed', paidSession(thing));
    const seconds = nowSeconds();
    const other = digest(body, seconds, 'whsec_another');
    expect((await deliver(body, `t=${seconds},v1=${other},v1=${digest(body, seconds)}`)).status).toBe(200);
    expect(await shop.sales(thing)).toBe(1);
  });

  it('is refused when Stripe has not signed it', async () => {
    const thing = await shop.checkout();
    const body = eventOf('checkout.session.completed', paidSession(thing));
    const [now, old] = [nowSeconds(), nowSeconds() - 302];
    const before = await rowFingerprint(app.dataSource);
    for (const signature of [
      '',
      `t=${now}`,
      `t=${now},v0=${digest(body, now)}`,
      `t=${now},v1=${digest(body, now, 'whsec_another')}`,
      `t=${now},v1=${digest(`${body}\n`, now)}`,
      `t=${old},v1=${digest(body, old)}`,
    ])
      expect((await deliver(body, signature)).status).toBe(400);
    const sandbox = await shop.tell({ checkoutId: thing.id, amountCents: 2500 });
    expect(sandbox.status).toBe(400);
    expect(await rowFingerprint(app.dataSource)).toEqual(before);
  });
});

describe('a refund', () => {
  async function due(): Promise<SoldThing> {
    const thing = await shop.checkout();
    shop.callback.verdict = async () => 'refund';
    await deliver(eventOf('checkout.session.completed', paidSession(thing)));
    return thing;
  }
  const stateOf = async (thing: SoldThing) => {
    const [payment] = await shop.payments(thing);
    const job = (await jobs.rows(REFUND)).find(({ state }) => state === 'retry');
    return [payment!.refund, payment!.provider_refund_id ?? job?.output?.message];
  };

  it('returns the whole payment, once, and is repeated when its response was lost', async () => {
    const thing = await due();
    stripe.refusals.push(errorOf(500, { type: 'api_error' }), errorOf(500, { type: 'api_error' }));
    await jobs.workOff(REFUND);
    await expect.poll(() => stateOf(thing)).toEqual(['due', 'No']);
    await jobs.makeDue(REFUND);
    await jobs.workOff(REFUND);
    await expect.poll(() => stateOf(thing)).toEqual(['refunded', expect.stringMatching(/^re_/)]);

    const [payment] = await shop.payments(thing);
    const requests = stripe.taken();
    expect(requests.map(({ path }) => path)).toEqual(Array(3).fill('/v1/refunds'));
    for (const { headers, form } of requests) {
      expect(headers['idempotency-key']).toBe(`refund-${payment!.id}`);
      expect(form).toEqual({
        payment_intent: `pi_of_${thing.id}`,
        amount: '2500',
        'metadata[refund_id]': payment!.id,
      });
    }
  });

  it('that was already made by hand is done', async () => {
    const thing = await due();
    stripe.refusals.push(errorOf(400, { type: 'invalid_request_error', code: 'charge_already_refunded' }));
    await jobs.workOff(REFUND);
    await expect.poll(() => stateOf(thing)).toEqual(['refunded', 'already refunded']);
  });

  it('that fails at Stripe stays due', async () => {
    const thing = await due();
    stripe.refundStatus = 'failed';
    await jobs.workOff(REFUND);
    await expect.poll(() => stateOf(thing)).toEqual(['due', 'The refund is failed at Stripe']);
    stripe.refundStatus = 'succeeded';
  });
});
