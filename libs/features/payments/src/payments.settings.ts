import { IsIn, IsOptional, IsString, Matches } from 'class-validator';
import {
  type CheckedSettings,
  type Environment,
  isWeakSecret,
  isWebOrigin,
  STRONG,
  Text,
} from '@gatehouse/config';

/** Who takes payments, and what proves that it speaks. */
export class PaymentsSettings implements CheckedSettings {
  /**
   * Who takes payments: `sandbox` plays a provider, `stripe` is one. Not set: the sandbox, but in production nobody,
   * so that nothing is given away for money that does not exist.
   */
  @IsOptional()
  @IsIn(['sandbox', 'stripe'])
  PAYMENT_PROVIDER?: 'sandbox' | 'stripe';

  /** Proves calls of the payment webhook. At least 32 characters outside development; of Stripe, the endpoint's `whsec_…`. */
  @IsOptional()
  @IsString()
  PAYMENT_WEBHOOK_SECRET?: string;

  /** Secret or restricted key of Stripe. */
  @IsOptional()
  @Matches(/^[sr]k_\w+$/, { message: 'STRIPE_API_KEY must be a key such as sk_live_… or rk_live_…' })
  STRIPE_API_KEY?: string;

  /** Where Stripe's API is. */
  @Text('must be an origin such as https://api.stripe.com', isWebOrigin)
  STRIPE_API_URL = 'https://api.stripe.com';

  get webhookSecret(): string {
    return this.PAYMENT_WEBHOOK_SECRET ?? 'development-only-webhook-secret-do-not-use-elsewhere';
  }

  /** Who takes payments; `undefined`: nobody. */
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
