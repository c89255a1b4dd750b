import type { Environment } from './environment.js';
import { isWeakSecret, STRONG } from './weak-secret.js';

/**
 * What is wrong with the settings of payments.
 *
 * @param secretIsGiven whether `PAYMENT_WEBHOOK_SECRET` is set, and not the default of development
 */
export function paymentProblems(environment: Environment, secretIsGiven: boolean): string[] {
  const { isDevelopment, paymentProvider, PAYMENT_WEBHOOK_SECRET, STRIPE_API_KEY } = environment;
  const problems: string[] = [];
  const needsSecret = paymentProvider === 'stripe' || (paymentProvider === 'sandbox' && !isDevelopment);
  if (needsSecret && !secretIsGiven) {
    problems.push(`PAYMENT_WEBHOOK_SECRET must be set with PAYMENT_PROVIDER ${paymentProvider}`);
  } else if (secretIsGiven && !isDevelopment && isWeakSecret(PAYMENT_WEBHOOK_SECRET)) {
    problems.push(`PAYMENT_WEBHOOK_SECRET ${STRONG}`);
  }
  if (paymentProvider === 'stripe' && STRIPE_API_KEY === undefined) {
    problems.push('STRIPE_API_KEY must be set with PAYMENT_PROVIDER stripe');
  }
  return problems;
}
