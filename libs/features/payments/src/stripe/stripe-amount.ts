import { minorDigits } from '../money.js';
import { InvalidWebhookProblem } from '../provider/payment-provider.js';

/** Currencies that Stripe does not count with two digits (https://docs.stripe.com/currencies). */
const STRIPE_DIGITS = new Map([
  ...'BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'
    .split(' ')
    .map((code) => [code, 0] as const),
  ...'BHD JOD KWD OMR TND'.split(' ').map((code) => [code, 3] as const),
]);

/**
 * Number of Stripe's units per minor unit: 100 where Stripe uses hundredths of a currency that has none, e.g. ISK.
 */
const unitsOf = (currency: string): number =>
  10 ** ((STRIPE_DIGITS.get(currency) ?? 2) - minorDigits(currency));

/** @param amount in the currency's minor units */
export function toStripe(amount: number, currency: string): number {
  return amount * unitsOf(currency);
}

/** @throws {InvalidWebhookProblem} for a fraction of a minor unit, or no amount */
export function fromStripe(amount: number | null, currency: string): number {
  const minor = (amount ?? NaN) / unitsOf(currency);
  if (!Number.isSafeInteger(minor)) throw InvalidWebhookProblem.body();
  return minor;
}
