import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { checkViolation, uniqueViolation } from '@gatehouse/database';
import { Jobs, JOBS_SCHEMA } from '@gatehouse/jobs';
import { JobTable } from '@gatehouse/jobs/testing';
import { UsersModule } from '@gatehouse/users';
import { startFeatures, TestFeatures } from '@gatehouse/users/testing';
import { Checkout } from './checkout.entity.js';
import { Payment } from './payment.entity.js';
import { PaymentsModule } from './payments.module.js';
import { PaymentProvider } from './provider/payment-provider.js';

let features: TestFeatures;
let other: TestFeatures;
let dataSource: DataSource;
let table: JobTable;

beforeAll(async () => {
  features = await startFeatures([UsersModule, PaymentsModule]);
  other = await features.another();
  dataSource = features.context.get(DataSource);
  table = new JobTable(features.context);
});
afterAll(async () => {
  await other.stop();
  await features.stop();
});
beforeEach(async () => {
  vi.restoreAllMocks();
  await dataSource.query(`TRUNCATE payments, checkouts CASCADE; DELETE FROM ${JOBS_SCHEMA}.job`);
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
    ...changes,
  });
  await enqueue(id);
  return id;
}

const enqueue = (id: string) =>
  features.context.get(Jobs).enqueue('payments.refund', { id }, { manager: dataSource.manager });

const rowOf = (id: string) => dataSource.manager.findOneByOrFail(Payment, { id });
const providerOf = ({ context }: TestFeatures) => context.get(PaymentProvider);
const run = ({ context }: TestFeatures) => new JobTable(context).workOff('payments.refund');
const jobs = () => table.rows('payments.refund');
const audited = (action: string, subjectId: string) =>
  dataSource.query('SELECT details FROM audit_events WHERE action = $1 AND subject_id = $2', [
    action,
    subjectId,
  ]);

it('agrees with the migration', async () => {
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  expect(upQueries.map(({ query }) => query)).toEqual([]);
});

it('has tables that refuse impossible states', async () => {
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
  await payment({ providerPaymentId: 'the same' });
  expect(await refusal(payment({ providerPaymentId: 'the same' }))).toBe('payments_provider_payment_id_key');
});

it('makes each refund once with two processes', async () => {
  const ids = await Promise.all(Array.from({ length: 8 }, () => payment()));
  const asked = [features, other].map((each) => vi.spyOn(providerOf(each), 'refund'));
  await Promise.all([features, other, features, other].map(run));
  const requests = asked.flatMap(({ mock }) => mock.calls.map(([{ id }]) => id));
  expect(requests.toSorted()).toEqual(ids.toSorted());
  for (const id of ids) {
    expect(await rowOf(id)).toMatchObject({ refund: 'refunded', refundedAt: expect.any(Date) });
    expect(await audited('payments.refunded', id)).toHaveLength(1);
  }
});

it('makes a refund once when requested twice concurrently', async () => {
  const id = await payment();
  await enqueue(id);
  await Promise.all([features, other].map(run));
  expect(await rowOf(id)).toMatchObject({ refund: 'refunded', providerRefundId: `sandbox-refund-${id}` });
  expect(await audited('payments.refunded', id)).toHaveLength(1);
});

it('calls only the provider of the payment', async () => {
  const id = await payment({ provider: 'stripe' });
  const asked = vi.spyOn(providerOf(features), 'refund');
  await run(features);
  expect(asked).not.toHaveBeenCalled();
  expect(await rowOf(id)).toMatchObject({ refund: 'due' });
  expect(await jobs()).toMatchObject([
    { state: 'retry', output: { message: 'The payment was made with stripe' } },
  ]);
});

it('retries failed refunds later, and records the reason', async () => {
  const id = await payment();
  vi.spyOn(providerOf(features), 'refund').mockRejectedValueOnce(new Error('away\0'));
  await run(features);
  expect(await rowOf(id)).toMatchObject({ refund: 'due' });
  expect(await jobs()).toMatchObject([{ state: 'retry', output: { message: 'away' } }]);
  await run(features);
  expect(await rowOf(id)).toMatchObject({ refund: 'due' });
  await table.makeDue('payments.refund');
  await run(features);
  expect(await rowOf(id)).toMatchObject({ refund: 'refunded' });
});

it('gives up after three days, audits it, and retries once on request', async () => {
  const id = await payment();
  const provider = vi.spyOn(providerOf(features), 'refund').mockRejectedValue(new Error('never'));
  let seconds = 0;
  for (let attempt = 1; attempt < 80; attempt++) {
    await run(features);
    seconds += (await jobs())[0]!.due;
    await table.makeDue('payments.refund');
  }
  expect(seconds / 86_400).toBeCloseTo(2.9, 0);
  expect(await rowOf(id)).toMatchObject({ refund: 'due' });
  await run(features);
  const [job] = await jobs();
  expect(job!.state).toBe('failed');
  expect(await rowOf(id)).toMatchObject({ refund: 'failed' });
  expect(await audited('payments.refund-failed', id)).toMatchObject([{ details: { reason: 'never' } }]);

  provider.mockRestore();
  await table.boss.retry('payments.refund', job!.id);
  await run(features);
  expect(await rowOf(id)).toMatchObject({ refund: 'refunded' });
});

it('lets another process finish the work of a killed one', async () => {
  const id = await payment();
  expect(await table.boss.fetch('payments.refund')).toHaveLength(1);
  const third = new JobTable((await features.another({ WORKER: 'inside' })).context);
  await third.missHeartbeats('payments.refund');
  await third.makeDue('payments.refund');
  await expect.poll(() => rowOf(id)).toMatchObject({ refund: 'refunded' });
  await third.context.close();
});
