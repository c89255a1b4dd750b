/**
 * Currencies that ISO 4217 does not count with two digits. `Intl` follows common usage instead: it has no digits for
 * HUF, which has two here and at providers, and it changes with its version, while stored amounts do not.
 */
const DIGITS = new Map([
  ...'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'
    .split(' ')
    .map((code) => [code, 0] as const),
  ...'BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, 3] as const),
  ...'CLF UYW'.split(' ').map((code) => [code, 4] as const),
]);

/** Number of decimal digits of a currency: 2 for EUR, 0 for JPY, 3 for KWD. */
export function minorDigits(currency: string): number {
  return DIGITS.get(currency) ?? 2;
}

/** Formats an amount for people, e.g. `15.00 EUR`, `1,500 JPY`. @param amount in the currency's minor units */
export function formatMoney(amount: number, currency: string): string {
  const digits = minorDigits(currency);
  const format = new Intl.NumberFormat('en', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return `${format.format(amount / 10 ** digits)} ${currency}`;
}
