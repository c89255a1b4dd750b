import { expect, it } from 'vitest';
import type { Checkout } from './checkout.entity.js';
import { formatMoney } from './money.js';
import { checkoutPage } from './pages/checkout-page.js';
import { fromStripe, isChargeable, toStripe } from './stripe/stripe-amount.js';

it.each([
  ['EUR', 1500, '15.00 EUR', 1500],
  ['EUR', 5, '0.05 EUR', 5],
  ['JPY', 1500, '1,500 JPY', 1500],
  ['KWD', 1500, '1.500 KWD', 1500],
  ['TND', 2_147_483_640, '2,147,483.640 TND', 2_147_483_640],
  ['ISK', 1500, '1,500 ISK', 150_000],
  ['HUF', 150_000, '1,500.00 HUF', 150_000],
  ['IDR', 1500, '15.00 IDR', 1500],
  ['UGX', 1500, '1,500 UGX', 150_000],
])('%s %i is shown and charged by its minor units', (currency, amount, shown, atStripe) => {
  expect(formatMoney(amount, currency)).toBe(shown);
  const checkout = { id: '1', description: 'A', amountCents: amount, currency } as Checkout;
  expect(checkoutPage(checkout, 'payable')).toContain(`<p class="amount">${shown}</p>`);
  expect(toStripe(amount, currency)).toBe(atStripe);
  expect(fromStripe(atStripe, currency)).toBe(amount);
});

it('round-trips every amount to Stripe, in every currency', () => {
  for (const currency of Intl.supportedValuesOf('currency'))
    for (const amount of [1_000_000, 2_000_000])
      expect(fromStripe(toStripe(amount, currency), currency)).toBe(amount);
});

it('refuses fractions of a minor unit from Stripe', () => {
  expect(() => fromStripe(150_050, 'ISK')).toThrow();
});

it.each([
  ['EUR', 1, true],
  ['MGA', 1500, true],
  ['MGA', 1550, false],
  ['KWD', 1500, true],
  ['KWD', 1505, false],
  ['ISK', 1, true],
])('tells whether Stripe can charge %s %i', (currency, amount, expected) => {
  expect(isChargeable(amount, currency)).toBe(expected);
});

it('never takes an amount that Stripe counts in whole units for a fraction', () => {
  for (let amount = 0; amount < 1_000_000; amount += 100) expect(toStripe(amount, 'MGA')).toBe(amount / 100);
});
