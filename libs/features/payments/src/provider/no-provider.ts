import { UnavailableProblem } from '@gatehouse/http';
import { InvalidWebhookProblem, PaymentProvider } from './payment-provider.js';

const RETRY_SECONDS = 3_600;

/** The provider while none is set up: nothing can be paid. */
export class NoProvider extends PaymentProvider {
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
