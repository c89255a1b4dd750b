/** Digits after the point that a currency has: 2 of EUR, none of JPY, 3 of KWD. */
export function minorDigits(currency: string): number {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions()
    .maximumFractionDigits!;
}

/** An amount for people, e.g. `15.00 EUR`, `1,500 JPY`. @param amount in the currency's minor units */
export function formatMoney(amount: number, currency: string): string {
  const digits = minorDigits(currency);
  const format = new Intl.NumberFormat('en', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return `${format.format(amount / 10 ** digits)} ${currency}`;
}
