import { afterAll, expect, it } from 'vitest';
import { JobTable } from '@gatehouse/jobs/testing';
import { Shop, type SoldThing } from './shop.js';

const shop = await Shop.open({ THROTTLE_DISABLED: 'true' });
afterAll(() => shop.close());

const { app } = shop;
const admin = await app.loginAs('admin');
const runRefunds = () => new JobTable(app.app).workOff('payments.refund');

const pay = ({ id }: SoldThing, amountCents = 2500) => shop.tell({ checkoutId: id, amountCents });
const takeBack = ({ reference }: SoldThing) =>
  app.dataSource.transaction((manager) => shop.checkouts.refund('shop', reference, manager));

/** Audit entries with an action about the payments of a checkout. */
async function audited(thing: SoldThing, action: string): Promise<unknown[]> {
  const ids = (await shop.payments(thing)).map(({ id }) => id);
  return app.dataSource.query('SELECT * FROM audit_events WHERE action = $1 AND subject_id = ANY($2)', [
    action,
    ids,
  ]);
}

it('due refunds are made once, despite concurrent processes', async () => {
  const thing = await shop.checkout();
  await Promise.all([pay(thing, 1), pay(thing, 2), pay(thing, 3)]);
  await Promise.all([runRefunds(), runRefunds(), runRefunds()]);
  const settled = async () => (await shop.payments(thing)).map(({ refund }) => refund);
  await expect.poll(settled).toEqual(['refunded', 'refunded', 'refunded']);
  for (const { id, provider_refund_id } of await shop.payments(thing))
    expect(provider_refund_id).toBe(`sandbox-refund-${id}`);
  expect(await audited(thing, 'payments.refunded')).toHaveLength(3);
  expect(await audited(thing, 'payments.wrong-amount')).toHaveLength(3);
});

it('a feature can refund an accepted payment, once, and only what was paid', async () => {
  const thing = await shop.checkout();
  await takeBack(thing);
  await pay(thing);
  expect(await shop.payments(thing)).toMatchObject([{ outcome: 'accepted', refund: null }]);
  await takeBack(thing);
  await runRefunds();
  const refunded = async () => (await shop.payments(thing)).map(({ refund }) => refund);
  await expect.poll(refunded).toEqual(['refunded']);
  await takeBack(thing);
  await runRefunds();
  expect(await shop.payments(thing)).toMatchObject([{ refund: 'refunded' }]);
  expect(await audited(thing, 'payments.refunded')).toHaveLength(1);
});

it('a refund that is rolled back was never due', async () => {
  const thing = await shop.checkout();
  await pay(thing);
  const work = app.dataSource.transaction(async (manager) => {
    await shop.checkouts.refund('shop', thing.reference, manager);
    throw new Error('changed its mind');
  });
  await expect(work).rejects.toThrow('changed its mind');
  expect(await shop.payments(thing)).toMatchObject([{ refund: null }]);
});

it('the administrator finds payments by outcome, refund and feature', async () => {
  const thing = await shop.checkout();
  await pay(thing);
  await pay(thing);
  const list = async (query: string) =>
    (await app.request('GET', `/api/v1/payments?pageSize=100&${query}`, { token: admin })).body.items;
  expect(await list('outcome=accepted')).toContainEqual({
    id: expect.any(String),
    checkoutId: thing.id,
    feature: 'shop',
    reference: thing.reference,
    provider: 'sandbox',
    providerPaymentId: expect.any(String),
    amountCents: 2500,
    currency: 'EUR',
    outcome: 'accepted',
    refund: null,
    receivedAt: expect.any(String),
    refundedAt: null,
  });
  const duplicates = await list('outcome=duplicate');
  expect(duplicates).toMatchObject([{ checkoutId: thing.id }]);
  expect(await list('feature=books')).toEqual([]);
  expect((await list('refund=refunded')).length).toBeGreaterThanOrEqual(4);
  const all = await list('feature=shop');
  expect(all[0].id).toBe(duplicates[0].id);

  const first = await app.request('GET', '/api/v1/payments?limit=2', { token: admin });
  const { nextCursor } = first.body;
  const next = await app.request('GET', `/api/v1/payments?limit=100&cursor=${nextCursor}`, { token: admin });
  expect([...first.body.items, ...next.body.items]).toEqual(all);
  expect((await app.request('GET', '/api/v1/payments?outcome=lost', { token: admin })).status).toBe(422);
});
