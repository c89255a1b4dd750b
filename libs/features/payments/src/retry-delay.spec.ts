import { expect, it } from 'vitest';
import { retryDelay } from './retry-delay.js';

const middle = () => 0.5;

it('waits twice as long each time, up to an hour', () => {
  expect([1, 2, 3, 10, 11, 79].map((attempts) => retryDelay(attempts, middle))).toEqual([
    5, 10, 20, 2560, 3600, 3600,
  ]);
});

it('gives or takes a fifth', () => {
  expect([retryDelay(79, () => 0), retryDelay(79, () => 1)]).toEqual([2880, 4320]);
});

it('gives up after about three days', () => {
  expect(retryDelay(80)).toBeUndefined();
  const seconds = Array.from({ length: 79 }, (_, i) => retryDelay(i + 1, middle)!);
  expect(seconds.reduce((sum, each) => sum + each) / 86_400).toBeCloseTo(2.9, 1);
});
