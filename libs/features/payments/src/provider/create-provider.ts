import type { Environment } from '@gatehouse/config';
import { registerSecretKind } from '@gatehouse/text';
import { SandboxProvider } from '../sandbox/sandbox.provider.js';
import { NoProvider } from './no-provider.js';
import type { PaymentsSettings } from '../payments.settings.js';
import type { PaymentProvider } from './payment-provider.js';

// Registered here, since the provider's own file is loaded lazily.
['sk_live_', 'sk_test_', 'rk_live_', 'rk_test_', 'whsec_'].forEach((prefix) => registerSecretKind(prefix));

/** Creates the configured provider. Stripe's package, which is slow to load, is loaded only when needed. */
export async function createProvider(
  environment: Environment,
  settings: PaymentsSettings,
): Promise<PaymentProvider> {
  const { webhookSecret, STRIPE_API_KEY, STRIPE_API_URL } = settings;
  switch (settings.provider(environment)) {
    case 'sandbox':
      return new SandboxProvider(webhookSecret);
    case 'stripe': {
      const { StripeProvider } = await import('../stripe/stripe.provider.js');
      return new StripeProvider(STRIPE_API_KEY!, STRIPE_API_URL, webhookSecret);
    }
    case undefined:
      return new NoProvider();
  }
}
