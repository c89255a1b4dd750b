import type { Environment } from '@gatehouse/config';
import { registerSecretKind } from '@gatehouse/text';
import { SandboxProvider } from '../sandbox/sandbox.provider.js';
import { NoProvider } from './no-provider.js';
import type { PaymentsSettings } from '../payments.settings.js';
import type { PaymentProvider } from './payment-provider.js';

// Here, since the provider's own file is loaded late.
['sk_live_', 'sk_test_', 'rk_live_', 'rk_test_', 'whsec_'].forEach((prefix) => registerSecretKind(prefix));

/** The provider that the settings name. Stripe's package, which takes a while to load, is loaded only for Stripe. */
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
