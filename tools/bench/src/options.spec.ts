import { describe, expect, it } from 'vitest';
import { readOptions } from './options.js';

const names = ['hit', 'list', 'book'];

describe('readOptions', () => {
  it('has defaults, others for a short run, and lets options override both', () => {
    expect(readOptions([], names)).toMatchObject({
      rounds: 5,
      seconds: 4,
      connections: 32,
      only: names,
      json: false,
    });
    expect(readOptions(['--quick', '--seconds', '3', '--only', 'hit,book'], names)).toMatchObject({
      rounds: 2,
      seconds: 3,
      only: ['hit', 'book'],
    });
  });

  it.each([
    ['--rounds', '0'],
    ['--seconds', 'x'],
    ['--connections', '1.5'],
    ['--fast'],
    ['--only', 'hit,else'],
  ])('refuses %s %s', (...args) => {
    expect(() => readOptions(args.filter(Boolean), names)).toThrow(
      /--(rounds|seconds|connections|fast|only)/,
    );
  });
});
