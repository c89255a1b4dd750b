import { minorDigits } from '../money.js';
import { InvalidWebhookProblem } from '../provider/payment-provider.js';

/** Currencies that Stripe does not count with two digits (https://docs.stripe.com/currencies). */
const STRIPE_DIGITS = new Map([
  ...'BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'
    .split(' ')
    .map((code) => [code, 0] as const),
  ...'BHD JOD KWD OMR TND'.split(' ').map((code) => [code, 3] as const),
]);

const digitsOf = (currency: string): number => STRIPE_DIGITS.get(currency) ?? 2;

/**
 * Converts minor units to Stripe's, e.g. to hundredths of ISK, which has no minor units.
 * @returns a fraction when Stripe counts the currency with fewer digits and cannot charge the amount
 */
export function toStripe(amount: number, currency: string): number {
  return (amount * 10 ** digitsOf(currency)) / 10 ** minorDigits(currency);
}

/** Whether Stripe can charge the amount: of a currency with three digits it takes only tens. */
export function isChargeable(amount: number, currency: string): boolean {
  const charged = toStripe(amount, currency);
  return Number.isInteger(digitsOf(currency) === 3 ? charged / 10 : charged);
}

/** @throws {InvalidWebhookProblem} for a fraction of a minor unit, or no amount */
export function fromStripe(amount: number | null, currency: string): number {
  const minor = ((amount ?? NaN) * 10 ** minorDigits(currency)) / 10 ** digitsOf(currency);
  if (!Number.isSafeInteger(minor)) throw InvalidWebhookProblem.body();
  return minor;
}
