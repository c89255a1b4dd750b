import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { ConflictProblem } from '@gatehouse/http';
import { rowFingerprint } from '../support/row-fingerprint.js';
import { Shop, type SoldThing } from './shop.js';

const shop = await Shop.open({ THROTTLE_DISABLED: 'true' });
afterAll(() => shop.close());

const { app } = shop;
const fingerprint = () => rowFingerprint(app.dataSource);
const outcomesOf = async (thing: SoldThing) => (await shop.payments(thing)).map(({ outcome }) => outcome);
const price = (thing: SoldThing) => ({ checkoutId: thing.id, amountCents: 2500 });

beforeEach(() => {
  shop.callback.verdict = async () => 'accepted';
});

describe('a payment', () => {
  it('is accepted once, however often it is reported', async () => {
    const thing = await shop.checkout();
    const payment = { ...price(thing), paymentId: 'told-fifty-times' };
    const answers = await Promise.all(Array.from({ length: 50 }, () => shop.tell(payment)));
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200));
    expect(answers[0]!.body).toEqual({ received: true });
    const before = await fingerprint();
    expect((await shop.tell(payment)).status).toBe(200);
    expect(await fingerprint()).toEqual(before);
    expect(await shop.sales(thing)).toBe(1);
    expect(await shop.payments(thing)).toMatchObject([{ outcome: 'accepted', refund: null }]);
    expect(await shop.statusOf(thing)).toBe('paid');
  });

  it('is recorded once when two processes are notified', async () => {
    const other = await shop.another();
    try {
      const thing = await shop.checkout();
      const payment = { ...price(thing), paymentId: 'told-to-two' };
      const urls = Array.from({ length: 20 }, (_, i) => (i % 2 ? other.url : app.url));
      const answers = await Promise.all(urls.map((url) => shop.tell(payment, url)));
      expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
      expect([await shop.sales(thing), await outcomesOf(thing)]).toEqual([1, ['accepted']]);
    } finally {
      await other.stop();
    }
  });

  it('is refunded when another one was first, also concurrently', async () => {
    const thing = await shop.checkout();
    await Promise.all(Array.from({ length: 10 }, () => shop.tell(price(thing))));
    const payments = await shop.payments(thing);
    expect(payments.filter(({ outcome }) => outcome === 'accepted')).toMatchObject([{ refund: null }]);
    expect(payments.filter(({ outcome }) => outcome === 'duplicate')).toHaveLength(9);
    expect(payments.filter(({ refund }) => refund === 'due')).toHaveLength(9);
    expect(await shop.sales(thing)).toBe(1);
  });

  it('is refunded when the feature refuses it', async () => {
    const thing = await shop.checkout();
    shop.callback.verdict = async () => 'refund';
    expect((await shop.tell(price(thing))).status).toBe(200);
    expect(await shop.payments(thing)).toMatchObject([{ outcome: 'too-late', refund: 'due' }]);
    expect(await shop.statusOf(thing)).toBe('closed');
    expect(await shop.checkouts.find('shop', thing.reference)).toBeUndefined();
  });

  it.each([
    ['too little', { amountCents: 2499 }, 'due'],
    ['too much', { amountCents: 2501 }, 'due'],
    ['another currency', { currency: 'USD' }, 'due'],
    ['nothing', { amountCents: 0 }, null],
  ])('of %s is written down and sells nothing', async (_, wrong, refund) => {
    const thing = await shop.checkout();
    expect((await shop.tell({ ...price(thing), ...wrong })).status).toBe(200);
    const [payment] = await shop.payments(thing);
    expect(payment).toMatchObject({ outcome: 'wrong-amount', refund });
    expect([await shop.sales(thing), await shop.statusOf(thing)]).toEqual([0, 'open']);
    const audited = `SELECT details FROM audit_events WHERE action = 'payments.wrong-amount' AND subject_id = $1`;
    const [{ details }] = await app.dataSource.query(audited, [payment!.id]);
    expect(details).toMatchObject({ checkoutId: thing.id, askedCents: 2500, askedCurrency: 'EUR' });

    expect((await shop.tell(price(thing))).status).toBe(200);
    expect(await outcomesOf(thing)).toEqual(['wrong-amount', 'accepted']);
  });

  it('that is declined leaves the checkout open, and changes nothing when reported late', async () => {
    const thing = await shop.checkout();
    await shop.tell({ ...price(thing), kind: 'declined' });
    expect(await shop.statusOf(thing)).toBe('open');
    await shop.tell(price(thing));
    await shop.tell({ ...price(thing), kind: 'declined' });
    expect(await outcomesOf(thing)).toEqual(['declined', 'accepted', 'declined']);
    expect([await shop.statusOf(thing), await shop.sales(thing)]).toEqual(['paid', 1]);
  });

  it.each(['019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081', 'of another application'])(
    'for the unknown checkout %s needs not be told again, and changes nothing',
    async (checkoutId) => {
      const before = await fingerprint();
      expect((await shop.tell({ checkoutId, amountCents: 2500 })).status).toBe(200);
      expect(await fingerprint()).toEqual(before);
    },
  );
});

describe('a callback that fails', () => {
  it.each([
    ['an error', new Error('the shop burns')],
    ['a problem of its own', new ConflictProblem('sold')],
  ])('with %s undoes everything, and the next delivery succeeds', async (_, error) => {
    const thing = await shop.checkout();
    const payment = { ...price(thing), paymentId: `fails-first-${thing.reference}` };
    shop.callback.verdict = () => Promise.reject(error);
    const before = await fingerprint();
    const failed = await shop.tell(payment);
    expect([failed.status, failed.body.detail]).toEqual([500, 'An unexpected error occurred']);
    expect(await fingerprint()).toEqual(before);

    shop.callback.verdict = async () => 'accepted';
    expect((await shop.tell(payment)).status).toBe(200);
    expect([await shop.sales(thing), await outcomesOf(thing)]).toEqual([1, ['accepted']]);
  });

  it('because its process dies undoes everything, and the next delivery succeeds', async () => {
    const thing = await shop.checkout();
    const payment = { ...price(thing), paymentId: 'dies-first' };
    const inside = Promise.withResolvers<void>();
    const dead = Promise.withResolvers<void>();
    shop.callback.verdict = async () => {
      inside.resolve();
      await dead.promise;
      return 'accepted';
    };
    const before = await fingerprint();
    const answer = shop.tell(payment);
    await inside.promise;
    // To PostgreSQL, this is the same as a killed process: the transaction's connection is lost.
    await app.dataSource.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE state = 'idle in transaction' AND datname = current_database() AND pid <> pg_backend_pid()`,
    );
    dead.resolve();
    expect((await answer).status).toBeGreaterThanOrEqual(500);
    expect(await fingerprint()).toEqual(before);

    shop.callback.verdict = async () => 'accepted';
    await expect.poll(async () => (await shop.tell(payment)).status).toBe(200);
    expect([await shop.sales(thing), await outcomesOf(thing)]).toEqual([1, ['accepted']]);
  });
});

describe('a checkout', () => {
  const open = (changes: object) =>
    app.dataSource.transaction((manager) =>
      shop.checkouts.open(
        {
          feature: 'shop',
          reference: 'refused',
          userId: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081',
          amountCents: 1,
          currency: 'EUR',
          description: '',
          expiresAt: new Date(),
          ...changes,
        },
        manager,
      ),
    );

  it('requires a price, a currency, a buyer and a callback, and allows one checkout per item', async () => {
    await expect(open({ feature: 'books' })).rejects.toThrow('declares no payment callback');
    await expect(open({ amountCents: 0 })).rejects.toThrow('checkouts_amount_cents_check');
    await expect(open({ currency: 'eur' })).rejects.toThrow('checkouts_currency_check');
    await expect(open({})).rejects.toThrow('checkouts_user_id_fkey');
    const { reference } = await shop.checkout();
    await expect(open({ reference })).rejects.toThrow('checkouts_open_key');
  });

  it('disappears if its transaction is rolled back, and is found while it is open', async () => {
    const thing = await shop.checkout({ description: 'x'.repeat(300) });
    expect(await shop.checkouts.find('shop', thing.reference)).toEqual({
      id: thing.id,
      url: expect.stringMatching(new RegExp(`^http://.*/checkout/${thing.id}$`)),
    });
    await shop.tell(price(thing));
    expect(await shop.checkouts.find('shop', thing.reference)).toBeUndefined();
    expect(await shop.checkouts.find('shop', 'refused')).toBeUndefined();
  });
});
