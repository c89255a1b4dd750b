import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { checkViolation, uniqueViolation } from '@gatehouse/database';
import { UsersModule } from '@gatehouse/users';
import { startFeatures, TestFeatures } from '@gatehouse/users/testing';
import { Checkout } from './checkout.entity.js';
import { Checkouts } from './checkouts.js';
import { DueRefunds } from './due-refunds.js';
import { CreatePayments1790000200000 } from './migrations/1790000200000-create-payments.js';
import { Payment } from './payment.entity.js';
import { PaymentsModule } from './payments.module.js';
import { PaymentProvider } from './provider/payment-provider.js';
import { RefundRunner } from './refund-runner.js';

let features: TestFeatures;
let other: TestFeatures;
let dataSource: DataSource;
let refunds: DueRefunds;

beforeAll(async () => {
  features = await startFeatures([UsersModule, PaymentsModule]);
  other = await features.another();
  dataSource = features.context.get(DataSource);
  refunds = features.context.get(DueRefunds);
  // These run when a test says so.
  for (const each of [features, other]) await each.context.get(RefundRunner).beforeApplicationShutdown();
});
afterAll(async () => {
  await other.stop();
  await features.stop();
});
beforeEach(async () => {
  vi.restoreAllMocks();
  await dataSource.query('TRUNCATE payments, checkouts CASCADE');
});

const checkout = {
  feature: 'shop',
  reference: '1',
  amountCents: 100,
  currency: 'EUR',
  description: 'A thing',
  provider: 'sandbox',
  expiresAt: new Date(),
};

async function payment(changes: Partial<Payment> = {}): Promise<string> {
  const [checkoutId, id] = [uuidv7(), uuidv7()];
  await dataSource.manager.insert(Checkout, { ...checkout, id: checkoutId, reference: checkoutId });
  await dataSource.manager.insert(Payment, {
    id,
    checkoutId,
    feature: 'shop',
    reference: checkoutId,
    provider: 'sandbox',
    providerPaymentId: `pay-${id}`,
    amountCents: 100,
    currency: 'EUR',
    outcome: 'duplicate',
    details: {},
    refund: 'due',
    refundNextAttemptAt: new Date(),
    ...changes,
  });
  return id;
}

const rowOf = (id: string) => dataSource.manager.findOneByOrFail(Payment, { id });
const providerOf = ({ context }: TestFeatures) => context.get(PaymentProvider);
const run = ({ context }: TestFeatures) => context.get(RefundRunner).runDue();
const makeDue = (id: string) => dataSource.manager.update(Payment, id, { refundNextAttemptAt: new Date(0) });
const audited = (action: string, subjectId: string) =>
  dataSource.query('SELECT 1 FROM audit_events WHERE action = $1 AND subject_id = $2', [action, subjectId]);

it('agrees with the migration', async () => {
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  expect(upQueries.map(({ query }) => query)).toEqual([]);
});

it('finds a refund due from the very moment it is asked for', async () => {
  for (let round = 0; round < 50; round++) {
    const id = await payment({ outcome: 'accepted', refund: null, refundNextAttemptAt: null });
    await dataSource.transaction(async (manager) => {
      await features.context.get(Checkouts).refund('shop', (await rowOf(id)).reference, manager);
      const [row] = await manager.query(
        'SELECT refund_next_attempt_at <= now() AS due FROM payments WHERE id = $1',
        [id],
      );
      expect(row).toEqual({ due: true });
    });
  }
});

it('has tables that refuse what cannot be', async () => {
  const refusal = (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      (error: unknown) => checkViolation(error) ?? uniqueViolation(error),
    );
  const open = (changes: object) =>
    refusal(dataSource.manager.insert(Checkout, { ...checkout, id: uuidv7(), ...changes }));
  expect(await open({ amountCents: 0 })).toBe('checkouts_amount_cents_check');
  expect(await open({ currency: 'eur' })).toBe('checkouts_currency_check');
  expect(await open({ status: 'lost' })).toBe('checkouts_status_check');
  expect(await open({ status: 'paid' })).toBeUndefined();
  expect(await open({})).toBeUndefined();
  expect(await open({})).toBe('checkouts_open_key');
  expect(await refusal(payment({ amountCents: -1 }))).toBe('payments_amount_cents_check');
  expect(await refusal(payment({ outcome: 'lost' as never }))).toBe('payments_outcome_check');
  expect(await refusal(payment({ refund: null }))).toBe('payments_refund_due_check');
  expect(await refusal(payment({ refundNextAttemptAt: null }))).toBe('payments_refund_due_check');
  await payment({ providerPaymentId: 'the same' });
  expect(await refusal(payment({ providerPaymentId: 'the same' }))).toBe('payments_provider_payment_id_key');
});

it('has a migration that can be undone', async () => {
  const runner = dataSource.createQueryRunner();
  await runner.startTransaction();
  await new CreatePayments1790000200000().down(runner);
  const left = await runner.query(
    `SELECT relname FROM pg_class WHERE relname ~ '^(checkouts|payments|sandbox)'`,
  );
  await runner.rollbackTransaction();
  await runner.release();
  expect(left).toEqual([]);
});

it('makes each refund once, with two processes at it', async () => {
  const ids = await Promise.all(Array.from({ length: 8 }, () => payment()));
  const asked = [features, other].map((each) => vi.spyOn(providerOf(each), 'refund'));
  const counts = await Promise.all([run(features), run(other), run(features), run(other)]);
  expect(counts.reduce((sum, each) => sum + each)).toBe(8);
  const requests = asked.flatMap(({ mock }) => mock.calls.map(([{ id }]) => id));
  expect(requests.toSorted()).toEqual(ids.toSorted());
  for (const id of ids) {
    expect(await rowOf(id)).toMatchObject({ refund: 'refunded', refundedAt: expect.any(Date) });
    expect(await audited('payments.refunded', id)).toHaveLength(1);
  }
  expect(await run(features)).toBe(0);
});

it('leaves the payments of another provider alone', async () => {
  const id = await payment({ provider: 'stripe' });
  expect(await run(features)).toBe(0);
  expect(await rowOf(id)).toMatchObject({ refund: 'due', refundAttempts: 0 });
});

it('tries again later what has failed, and notes why', async () => {
  const id = await payment();
  vi.spyOn(providerOf(features), 'refund').mockRejectedValueOnce(new Error('away\0'));
  expect(await run(features)).toBe(1);
  const failed = await rowOf(id);
  expect(failed).toMatchObject({ refund: 'due', refundAttempts: 1, refundError: 'away' });
  expect(failed.refundNextAttemptAt!.getTime()).toBeGreaterThan(Date.now());
  expect(await run(features)).toBe(0);
  await makeDue(id);
  expect(await run(features)).toBe(1);
  expect(await rowOf(id)).toMatchObject({ refund: 'refunded', refundAttempts: 2, refundError: null });
});

it('gives up in the end, and tells the audit trail', async () => {
  const id = await payment({ refundAttempts: 79 });
  vi.spyOn(providerOf(features), 'refund').mockRejectedValue(new Error('never'));
  await run(features);
  expect(await rowOf(id)).toMatchObject({
    refund: 'failed',
    refundError: 'never',
    refundNextAttemptAt: null,
  });
  expect(await audited('payments.refund-failed', id)).toHaveLength(1);
  expect(await run(features)).toBe(0);
});

it('has what a killed process had claimed done by another one, and believes no late word of it', async () => {
  const id = await payment();
  const [claimed] = await refunds.claim(1, 'sandbox');
  expect(await run(other)).toBe(0);
  await makeDue(id);
  const [again] = await refunds.claim(1, 'sandbox');
  expect(again).toMatchObject({ id, attempts: 2 });
  expect(await refunds.postpone(claimed!, 'late', undefined, dataSource.manager)).toBe(false);
  expect(await refunds.settle(again!, 're_1', dataSource.manager)).toBe(true);
  expect(await refunds.settle(claimed!, 're_1', dataSource.manager)).toBe(false);
  expect(await rowOf(id)).toMatchObject({ refund: 'refunded', providerRefundId: 're_1' });
});
