import type { Environment } from '@gatehouse/config';
import { SandboxProvider } from '../sandbox/sandbox.provider.js';
import { StripeClient } from '../stripe/stripe-client.js';
import { StripeProvider } from '../stripe/stripe.provider.js';
import { NoProvider } from './no-provider.js';
import type { PaymentProvider } from './payment-provider.js';

/** The provider that the settings name. */
export function createProvider(environment: Environment): PaymentProvider {
  const { paymentProvider, PAYMENT_WEBHOOK_SECRET, STRIPE_API_KEY, STRIPE_API_URL } = environment;
  switch (paymentProvider) {
    case 'sandbox':
      return new SandboxProvider(PAYMENT_WEBHOOK_SECRET);
    case 'stripe':
      return new StripeProvider(new StripeClient(STRIPE_API_KEY!, STRIPE_API_URL), PAYMENT_WEBHOOK_SECRET);
    case undefined:
      return new NoProvider();
  }
}
