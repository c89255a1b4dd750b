import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { sandboxCall } from '@gatehouse/payments/testing';
import { rowFingerprint } from '../support/row-fingerprint.js';
import { Shop, type SoldThing, WEBHOOK } from './shop.js';
import type { RequestOptions } from '../support/test-app.js';

const shop = await Shop.open({ THROTTLE_DISABLED: 'true' });
afterAll(() => shop.close());

const { app } = shop;
const fingerprint = () => rowFingerprint(app.dataSource);
const post = (raw: RequestOptions['raw'], headers: Record<string, string>) =>
  app.request('POST', WEBHOOK, { raw, headers });
const price = (thing: SoldThing) => ({ checkoutId: thing.id, amountCents: 2500 });

describe('a call that is not the provider’s', () => {
  const body = JSON.stringify({ type: 'payment.succeeded', data: {} });
  const other = sandboxCall({ checkoutId: 'another', amountCents: 1 }, shop.secret);
  const header = 'gatehouse-signature';
  const json = { 'content-type': 'application/json' };

  it.each<[string, (signature: string) => string]>([
    ['a flipped bit', (text) => text.replace(/.$/, (last) => (last === '0' ? '1' : '0'))],
    ['a digest that is cut', (text) => text.slice(0, -1)],
    ['a digest that is longer', (text) => `${text}0`],
    ['a digest in another alphabet', (text) => text.replace(/v1=.*/, `v1=${'z'.repeat(64)}`)],
    ['no digest', (text) => text.replace(/,v1=.*/, '')],
    ['an empty digest', (text) => text.replace(/v1=.*/, 'v1=')],
    ['no time', (text) => text.replace(/t=\d+,/, '')],
    ['two times', (text) => `t=1,${text}`],
    ['a time that was moved', (text) => text.replace(/t=\d+/, (time) => `t=${Number(time.slice(2)) - 1}`)],
    ['a time that is no number', (text) => text.replace(/t=\d+/, 't=NaN')],
    ['the signature of another body', () => other.headers[header]!],
    ['nothing', () => ''],
    ['a megabyte', (text) => text + ',v1=0'.repeat(2_000)],
  ])('with %s in its signature is 400', async (_, change) => {
    const thing = await shop.checkout();
    const { raw, headers } = sandboxCall(price(thing), shop.secret);
    const before = await fingerprint();
    const answer = await post(raw, { ...headers, [header]: change(headers[header]!) });
    expect([answer.status, answer.body.type]).toEqual([400, '/problems/malformed-request']);
    expect(await fingerprint()).toEqual(before);
  });

  it('is 400 without a signature, with one by another secret, and for a changed body', async () => {
    const thing = await shop.checkout();
    const { raw, headers } = sandboxCall(price(thing), shop.secret);
    const forged = sandboxCall(price(thing), 'x'.repeat(32));
    const before = await fingerprint();
    expect((await post(raw, json)).status).toBe(400);
    expect((await post(forged.raw, forged.headers)).status).toBe(400);
    expect((await post(raw.replace('2500', '2501'), headers)).status).toBe(400);
    expect((await post(`${raw} `, headers)).status).toBe(400);
    expect((await post(gzipSync(raw), { ...headers, 'content-encoding': 'gzip' })).status).toBe(400);
    expect((await app.request('POST', WEBHOOK, { headers })).status).toBeGreaterThanOrEqual(400);
    expect(await fingerprint()).toEqual(before);
  });

  it.each([
    ['almost five minutes old', -270, 200],
    ['older', -302, 400],
    ['almost five minutes ahead', 299, 200],
    ['further ahead', 330, 400],
  ])('when its signature is %s', async (_, seconds, status) => {
    const thing = await shop.checkout();
    const { raw, headers } = sandboxCall(price(thing), shop.secret, Date.now() + seconds * 1000);
    expect((await post(raw, headers)).status).toBe(status);
    expect(await shop.sales(thing)).toBe(status === 200 ? 1 : 0);
  });

  it.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['null', 'null'],
    ['of another type', '{"type":"payment.vanished","data":{}}'],
    ['without data', '{"type":"payment.succeeded"}'],
    ['without fields', body],
    ['with an amount as text', '{"amountCents":"2500"}'],
    ['with a fraction of a cent', '{"amountCents":2500.5}'],
    ['with less than nothing', '{"amountCents":-1}'],
    ['with more than anybody has', '{"amountCents":9007199254740991}'],
    ['with no currency', '{"currency":"Euro"}'],
    ['with NUL in an id', '{"paymentId":"a\\u0000"}'],
    ['with an endless id', JSON.stringify({ paymentId: 'x'.repeat(256) })],
  ])('or is %s, is 400', async (_, change) => {
    const thing = await shop.checkout();
    const isField = /amount|currency|paymentId/.test(change);
    const event = JSON.parse(sandboxCall(price(thing), shop.secret).raw);
    const raw = isField
      ? JSON.stringify({ ...event, data: { ...event.data, ...JSON.parse(change) } })
      : change;
    const before = await fingerprint();
    expect((await post(raw, sandboxCall(raw, shop.secret).headers)).status).toBe(400);
    expect(await fingerprint()).toEqual(before);
  });

  it('is 413 above 64 KB, and 415 as another media type', async () => {
    const large = JSON.stringify({ type: 'x'.repeat(64 * 1024) });
    expect((await post(large, sandboxCall(large, shop.secret).headers)).status).toBe(413);
    const { headers } = sandboxCall(body, shop.secret);
    expect((await post(body, { ...headers, 'content-type': 'text/plain' })).status).toBe(415);
  });
});
