import { describe, expect, it } from 'vitest';
import { compareWithGoals } from './goals.js';
import type { Row, Sample } from './measure.js';
import { median, summarise } from './summary.js';
import { table } from './table.js';

const sample = (requestsPerSecond: number, cpuMicroseconds?: number): Sample => ({
  requestsPerSecond,
  requests: requestsPerSecond,
  p50: 1,
  p99: 2,
  refused: 0,
  failed: 0,
  cpuMicroseconds,
  busy: cpuMicroseconds && 0.5,
});

const rows: Row[] = [
  {
    name: 'Fastify, bytes ready',
    samples: [sample(900, 20), sample(1100, 20), sample(1000, 26)],
    faults: [],
  },
  { name: 'Gatehouse, cache hit', samples: [sample(700, 40), sample(650, 38), sample(10, 42)], faults: [] },
];

describe('summarise', () => {
  it('computes medians, and compares with the base by requests/s and by CPU', () => {
    const [base, gatehouse] = summarise(rows, 'Fastify, bytes ready');
    expect(base).toMatchObject({ requestsPerSecond: 1000, speed: 1, speedByCpu: 1, cpuMicroseconds: 20 });
    expect(gatehouse).toMatchObject({
      requestsPerSecond: 650,
      slowest: 10,
      fastest: 700,
      speed: 0.65,
      speedByCpu: 0.5,
    });
  });

  it('omits the CPU where it is unknown', () => {
    const [only] = summarise([{ name: 'x', samples: [sample(5)], faults: [] }], 'x');
    expect(only).toMatchObject({
      speed: 1,
      cpuMicroseconds: undefined,
      speedByCpu: undefined,
      busy: undefined,
    });
    expect(table([only!])).toContain('–');
  });

  it('computes the median of an odd and an even number of values, and of none', () => {
    expect([median([3, 1, 2]), median([4, 1, 3, 2]), median([])]).toEqual([2, 2.5, NaN]);
  });
});

describe('compareWithGoals', () => {
  it('has a line for each goal whose rows exist and are valid', () => {
    const summaries = summarise(rows, 'Fastify, bytes ready');
    const line = 'Gatehouse, cache hit / Fastify, bytes ready: 0.65, 0.50 by CPU (goal: at least 0.6)';
    expect(compareWithGoals(summaries)).toEqual([line]);
    expect(compareWithGoals([summaries[0]!, { ...summaries[1]!, faults: ['a 500'] }])).toEqual([]);
  });
});

describe('table', () => {
  it('marks an invalid row', () => {
    const summaries = summarise(
      [{ ...rows[0]!, faults: ['5 answers were not 2xx'] }, rows[1]!],
      'Fastify, bytes ready',
    );
    expect(table(summaries).split('\n')[2]).toContain('**(invalid)**');
    expect(
      new Set(
        table(summaries)
          .split('\n')
          .map((line) => line.length),
      ).size,
    ).toBe(1);
  });
});
