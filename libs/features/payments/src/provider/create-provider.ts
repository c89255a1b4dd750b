import type { Environment } from '@gatehouse/config';
import { UnavailableProblem } from '@gatehouse/http';
import { registerSecretKind } from '@gatehouse/text';
import { SandboxProvider } from '../sandbox/sandbox.provider.js';
import type { PaymentsSettings } from '../payments.settings.js';
import { InvalidWebhookProblem, PaymentProvider } from './payment-provider.js';

// Registered here, since the provider's own file is loaded lazily.
['sk_live_', 'sk_test_', 'rk_live_', 'rk_test_', 'whsec_'].forEach((prefix) => registerSecretKind(prefix));

/** How long a client waits until it asks again whether payments are available. */
const RETRY_SECONDS = 3_600;

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

/** The provider while none is set up: nothing can be paid. */
class NoProvider extends PaymentProvider {
  readonly name = 'none';

  async openSession(): Promise<never> {
    throw paymentsAreOff();
  }

  readEvent(): never {
    throw InvalidWebhookProblem.signature();
  }

  async refund(): Promise<never> {
    throw paymentsAreOff();
  }
}

/** The error while no payment provider is set up. */
export function paymentsAreOff(): UnavailableProblem {
  return new UnavailableProblem(
    'Payments are not available: no payment provider is configured',
    RETRY_SECONDS,
  );
}
