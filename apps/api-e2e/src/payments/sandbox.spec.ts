import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { JobTable } from '@gatehouse/jobs/testing';
import { SOON } from '@gatehouse/testing';
import { call } from '../support/http-client.js';
import { rowFingerprint } from '../support/row-fingerprint.js';
import { Shop, type SoldThing } from './shop.js';
import { send } from '../support/test-app.js';

const shop = await Shop.open({ THROTTLE_DISABLED: 'true', WORKER: 'inside' });
afterAll(() => shop.close());

const { app } = shop;
const get = (path: string) => send(app.url, 'GET', path);
const post = (path: string) => send(app.url, 'POST', path);

const jobs = new JobTable(app.app);
const DELIVER = 'payments.deliver-sandbox-event';

/** Queued deliveries for the checkout. */
const deliveries = ({ id }: SoldThing): Promise<object[]> =>
  app.dataSource.query('SELECT payment_id FROM sandbox_deliveries WHERE checkout_id = $1', [id]);

beforeEach(() => {
  shop.callback.verdict = async () => 'accepted';
});

describe('the checkout page', () => {
  it.each([
    '/checkout/nothing',
    `/checkout/${crypto.randomUUID()}`,
    '/checkout/nothing/paid',
    '/checkout/nothing/cancelled',
  ])('that does not exist tells a person so on a page, and a program in a problem: %s', async (path) => {
    const ask = (accept?: string) => send(app.url, 'GET', path, { headers: accept ? { accept } : {} });
    for (const accept of [
      'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
      'text/html',
      'application/json;q=0.5, text/html',
    ]) {
      const page = await ask(accept);
      expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
      expect(page.text).toContain('There is no such checkout');
      expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
      expect([page.headers.get('cache-control'), page.headers.get('vary')]).toEqual([
        'no-store',
        expect.stringMatching(/, Accept$/),
      ]);
    }
    for (const accept of [
      undefined,
      '*/*',
      'application/json',
      'application/problem+json, text/html;q=0.9',
      'text/html;q=0',
    ]) {
      const problem = await ask(accept);
      expect([problem.status, problem.body?.type]).toEqual([404, '/problems/not-found']);
      expect(problem.headers.get('vary')).toMatch(/, Accept$/);
    }
  });

  it('shows what to pay and how much, runs no scripts, and is not cached', async () => {
    const { path } = await shop.checkout({ description: '<script>alert("x")</script> & more' });
    const page = await get(path);
    expect(page.status).toBe(200);
    expect(page.text).toContain('<h1>&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; more</h1>');
    expect(page.text).toContain('25.00 EUR');
    expect(page.text).not.toContain('<script');
    const policy = page.headers.get('content-security-policy')!;
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/=]+'; .*form-action 'self'/);
    expect(policy).not.toMatch(/unsafe|https?:|\*|script-src/);
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect([...page.text.matchAll(/action="([^"]+)"/g)].map(([, action]) => action)).toEqual([
      `${path}/pay`,
      `${path}/decline`,
    ]);
  });

  it.each(['/checkout/019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081', '/checkout/x', "/checkout/'%20OR%201=1"])(
    'is a problem where there is no checkout: %s',
    async (path) => {
      const before = await rowFingerprint(app.dataSource);
      for (const answer of [await get(path), await post(`${path}/pay`), await post(`${path}/decline`)])
        expect([answer.status, answer.body.type]).toEqual([404, '/problems/not-found']);
      expect(await rowFingerprint(app.dataSource)).toEqual(before);
    },
  );

  it('allows no other method', async () => {
    const { path } = await shop.checkout();
    expect((await post(path)).status).toBe(405);
    expect((await get(`${path}/pay`)).status).toBe(405);
  });
});

describe('Pay', () => {
  it('calls the webhook over HTTP, once, and then shows that the checkout is paid', async () => {
    const thing = await shop.checkout();
    const [first, second] = await Promise.all([post(`${thing.path}/pay`), post(`${thing.path}/pay`)]);
    expect([first.status, first.headers.get('location'), second.status]).toEqual([303, thing.path, 303]);
    await expect.poll(() => shop.statusOf(thing), SOON).toBe('paid');
    await expect.poll(() => deliveries(thing), SOON).toEqual([]);
    await post(`${thing.path}/pay`);
    expect(await shop.payments(thing)).toMatchObject([{ outcome: 'accepted', amount_cents: 2500 }]);
    expect(await shop.sales(thing)).toBe(1);
    const page = await get(thing.path);
    expect(page.text).toContain('it is paid');
    expect(page.text).not.toContain('<form');
  });

  it('is reported again after the webhook has failed, while the page waits', async () => {
    const thing = await shop.checkout();
    shop.callback.verdict = () => Promise.reject(new Error('the shop burns'));
    await post(`${thing.path}/pay`);
    const failed = { state: 'retry', retry_count: 0, output: { message: 'The webhook answered 500' } };
    await expect.poll(async () => (await jobs.rows(DELIVER)).at(-1), SOON).toMatchObject(failed);
    expect(await deliveries(thing)).toHaveLength(1);
    const page = await get(thing.path);
    expect(page.text).toContain('being confirmed');
    expect(page.text).toContain('http-equiv="refresh"');

    shop.callback.verdict = async () => 'accepted';
    await jobs.makeDue(DELIVER);
    await expect.poll(() => shop.statusOf(thing), SOON).toBe('paid');
    await expect.poll(() => deliveries(thing), SOON).toEqual([]);
  });

  it('after the expiry warns first, and lets the feature decide', async () => {
    const thing = await shop.checkout({ expiresAt: new Date(Date.now() - 1000) });
    expect((await get(thing.path)).text).toContain('you may get the money back');
    shop.callback.verdict = async () => 'refund';
    await post(`${thing.path}/pay`);
    await expect.poll(() => shop.statusOf(thing), SOON).toBe('closed');
    expect((await get(thing.path)).text).toContain('is given back to you');
  });
});

describe('The sandbox', () => {
  it('reaches the webhook of a server that only accepts its public name', async () => {
    const variables = { WORKER: 'inside', ALLOWED_HOSTS: 'shop.example', PUBLIC_URL: 'https://shop.example' };
    const strict = await Shop.open({ ...variables, HTTPS_REDIRECT: 'true', TRUST_PROXY: 'loopback' });
    try {
      const thing = await strict.checkout();
      const headers = { host: 'shop.example', 'x-forwarded-proto': 'https' };
      const { status } = await call(strict.app.url, 'POST', `${thing.path}/pay`, { headers });
      expect(status).toBe(303);
      await expect.poll(() => strict.statusOf(thing), SOON).toBe('paid');
    } finally {
      await strict.close();
    }
  });

  it('does not exist in production unless it is configured', async () => {
    const strict = await Shop.open({ NODE_ENV: 'production', DEVELOPMENT_DATA: 'false' });
    try {
      await expect(strict.checkout()).rejects.toThrow('no payment provider is configured');
      const refused = await strict.tell({ checkoutId: 'any', amountCents: 1 });
      expect([refused.status, refused.body.detail]).toEqual([400, expect.stringMatching(/^The signature/)]);
    } finally {
      await strict.close();
    }
  });
});

describe('Decline', () => {
  it('is reported too, and payment is still possible afterwards', async () => {
    const thing = await shop.checkout();
    expect((await post(`${thing.path}/decline`)).status).toBe(303);
    await expect.poll(async () => (await get(thing.path)).text, SOON).toContain('was declined');
    expect(await shop.sales(thing)).toBe(0);
    await post(`${thing.path}/pay`);
    await expect.poll(() => shop.statusOf(thing), SOON).toBe('paid');
    expect((await shop.payments(thing)).map(({ outcome }) => outcome)).toEqual(['declined', 'accepted']);
  });
});
