import { describe, expect, it } from 'vitest';
import { type Environment, loadEnvironment } from '@gatehouse/config';
import { PaymentsSettings } from './payments.settings.js';

const secret = 'k3W9vQ2xL7mZp4RtY8sBn6HcJ1dFgA5u';
const webhookSecret = 'q7RkV2nXc9LwYb4JtHf6ZmDs3GpUaEo8';
const DATABASE_URL = 'postgres://database/gatehouse';

const load = (variables: Record<string, string>): Environment =>
  loadEnvironment(variables, [PaymentsSettings]);

function providerOf(variables: Record<string, string>): string | undefined {
  const environment = load(variables);
  return environment.of(PaymentsSettings).provider(environment);
}

describe('the settings of payments', () => {
  const production = { NODE_ENV: 'production', DATABASE_URL, JWT_SECRET: secret };
  const stripe = { PAYMENT_PROVIDER: 'stripe', PAYMENT_WEBHOOK_SECRET: webhookSecret };

  it('default to the sandbox, which production must choose explicitly', () => {
    expect(providerOf({})).toBe('sandbox');
    expect(providerOf({ ...production, NODE_ENV: 'test', PAYMENT_WEBHOOK_SECRET: webhookSecret })).toBe(
      'sandbox',
    );
    expect(providerOf({ ...production, PAYMENT_WEBHOOK_SECRET: webhookSecret })).toBeUndefined();
    const demonstration = {
      ...production,
      PAYMENT_WEBHOOK_SECRET: webhookSecret,
      PAYMENT_PROVIDER: 'sandbox',
    };
    expect(providerOf(demonstration)).toBe('sandbox');
  });

  it('accept no payments outside development without a secret', () => {
    for (const NODE_ENV of ['test', 'production'])
      expect(providerOf({ ...production, NODE_ENV })).toBeUndefined();
  });

  it.each([
    ['a provider and no secret', { PAYMENT_PROVIDER: 'sandbox' }],
    ['a short secret', { PAYMENT_WEBHOOK_SECRET: 'q7RkV2nX' }],
    ['the secret of development', { PAYMENT_WEBHOOK_SECRET: new PaymentsSettings().webhookSecret }],
  ])('are refused outside development with %s', (_, variables) => {
    for (const NODE_ENV of ['test', 'production'])
      expect(() => load({ ...production, NODE_ENV, ...variables })).toThrow(/- PAYMENT_WEBHOOK_SECRET/);
  });

  it('require a key and a secret for Stripe, in development too', () => {
    const STRIPE_API_KEY = 'sk_test_4eC39HqLyjWDarjtT1zdp7dc';
    expect(providerOf({ ...stripe, STRIPE_API_KEY })).toBe('stripe');
    expect(() => load(stripe)).toThrow(/STRIPE_API_KEY must be set/);
    expect(() => load({ ...stripe, STRIPE_API_KEY: 'pk_live_1' })).toThrow(/STRIPE_API_KEY/);
    expect(() => load({ PAYMENT_PROVIDER: 'stripe', STRIPE_API_KEY })).toThrow(
      /PAYMENT_WEBHOOK_SECRET must be set/,
    );
    expect(() => load({ PAYMENT_PROVIDER: 'cash' })).toThrow(/PAYMENT_PROVIDER/);
  });

  it.each(['https://', 'https://h/?x', 'https://h:x', 'https://h\\x'])(
    'have no use for the URL %s',
    (STRIPE_API_URL) => {
      expect(() => load({ STRIPE_API_URL })).toThrow(/- STRIPE_API_URL must/);
    },
  );
});
