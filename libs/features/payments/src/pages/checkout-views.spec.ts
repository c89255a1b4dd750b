import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { UsersModule } from '@gatehouse/users';
import { startFeatures, TestFeatures } from '@gatehouse/users/testing';
import { Checkout } from '../checkout.entity.js';
import { PaymentReceiver } from '../payment-receiver.js';
import { PaymentsModule } from '../payments.module.js';
import { SandboxDeliveries } from '../sandbox/sandbox-deliveries.js';
import { CheckoutViews } from './checkout-views.js';

let features: TestFeatures;

beforeAll(async () => {
  features = await startFeatures([UsersModule, PaymentsModule]);
});
afterAll(() => features.stop());

it('shows an event that was delivered while it was reading', async () => {
  const { context } = features;
  const id = uuidv7();
  const price = { amountCents: 100, currency: 'EUR' };
  await context.get(DataSource).manager.insert(Checkout, {
    ...price,
    id,
    feature: 'shop',
    reference: '1',
    description: 'A thing',
    provider: 'sandbox',
    expiresAt: new Date(Date.now() + 60_000),
  });
  expect(await context.get(CheckoutViews).open(id)).toMatchObject({ state: 'payable' });
  vi.spyOn(context.get(SandboxDeliveries), 'isWaiting').mockImplementationOnce(async (checkoutId) => {
    const event = { ...price, kind: 'declined', paymentId: 'declined-1', checkoutId, details: {} } as const;
    await context.get(PaymentReceiver).receive(event);
    return false;
  });
  expect(await context.get(CheckoutViews).open(id)).toMatchObject({ state: 'declined' });
});
