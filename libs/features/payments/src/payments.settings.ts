import { IsIn, IsOptional, IsString, Matches } from 'class-validator';
import {
  type CheckedSettings,
  type Environment,
  isWeakSecret,
  isWebOrigin,
  STRONG,
  Text,
} from '@gatehouse/config';

/** The payment provider and its secrets. */
export class PaymentsSettings implements CheckedSettings {
  /**
   * Payment provider: `sandbox` simulates one, `stripe` uses Stripe. Not set: the sandbox, but none in production, so
   * that nothing is sold for simulated money.
   */
  @IsOptional()
  @IsIn(['sandbox', 'stripe'])
  PAYMENT_PROVIDER?: 'sandbox' | 'stripe';

  /**
   * Authenticates calls of the payment webhook. At least 32 characters outside development; for Stripe, the
   * endpoint's `whsec_…`.
   */
  @IsOptional()
  @IsString()
  PAYMENT_WEBHOOK_SECRET?: string;

  /** Secret or restricted key for Stripe. */
  @IsOptional()
  @Matches(/^[sr]k_\w+$/, { message: 'STRIPE_API_KEY must be a key such as sk_live_… or rk_live_…' })
  STRIPE_API_KEY?: string;

  /** Origin of Stripe's API. */
  @Text('must be an origin such as https://api.stripe.com', isWebOrigin)
  STRIPE_API_URL = 'https://api.stripe.com';

  get webhookSecret(): string {
    return this.PAYMENT_WEBHOOK_SECRET ?? 'development-only-webhook-secret-do-not-use-elsewhere';
  }

  /** The payment provider; `undefined` for none. */
  provider({ isDevelopment, isProduction }: Environment): 'sandbox' | 'stripe' | undefined {
    const hasSecret = isDevelopment || this.PAYMENT_WEBHOOK_SECRET !== undefined;
    return this.PAYMENT_PROVIDER ?? (isProduction || !hasSecret ? undefined : 'sandbox');
  }

  problems(environment: Environment): string[] {
    const { isDevelopment } = environment;
    const provider = this.provider(environment);
    const secret = this.PAYMENT_WEBHOOK_SECRET;
    const needsSecret = provider === 'stripe' || (provider === 'sandbox' && !isDevelopment);
    const problems: string[] = [];
    if (needsSecret && secret === undefined)
      problems.push(`PAYMENT_WEBHOOK_SECRET must be set with PAYMENT_PROVIDER ${provider}`);
    else if (secret !== undefined && !isDevelopment && isWeakSecret(secret))
      problems.push(`PAYMENT_WEBHOOK_SECRET ${STRONG}`);
    if (provider === 'stripe' && this.STRIPE_API_KEY === undefined)
      problems.push('STRIPE_API_KEY must be set with PAYMENT_PROVIDER stripe');
    return problems;
  }
}
