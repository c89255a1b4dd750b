import { expect, it } from 'vitest';
import { retryDelay } from './retry-delay.js';

const delays = (random: () => number): number[] => {
  const found: number[] = [];
  for (let delay = retryDelay(1, random); delay; delay = retryDelay(found.length + 1, random))
    found.push(delay);
  return found;
};

it('doubles from half a minute up to four hours, and gives up after about a day', () => {
  const exact = delays(() => 0.5);
  expect(exact.slice(0, 5)).toEqual([30, 60, 120, 240, 480]);
  expect(Math.max(...exact)).toBe(4 * 3600);
  const hours = exact.reduce((sum, delay) => sum + delay, 0) / 3600;
  expect(hours).toBeGreaterThan(22);
  expect(hours).toBeLessThan(28);
});

it('spreads by a fifth to both sides', () => {
  expect(retryDelay(1, () => 0)).toBe(24);
  expect(retryDelay(1, () => 1)).toBe(36);
});
