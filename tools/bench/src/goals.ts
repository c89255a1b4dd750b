import type { Summary } from './summary.js';

/** A goal of the project: the ratio of two rows. */
interface Goal {
  row: string;
  base: string;
  /** Without it, the ratio is only shown. */
  atLeast?: number;
}

const goals: Goal[] = [
  { row: 'Gatehouse, cache hit', base: 'Fastify, object to JSON', atLeast: 0.6 },
  { row: 'Gatehouse, cache hit', base: 'Fastify, bytes ready', atLeast: 0.6 },
  { row: 'Gatehouse, cache hit', base: 'Nest, the documented stack', atLeast: 10 },
  { row: 'Gatehouse, one book', base: 'Fastify and pg, one book', atLeast: 0.6 },
  { row: 'Gatehouse, one event', base: 'pgbench, one event', atLeast: 0.7 },
  { row: 'Gatehouse, 50 events', base: 'pgbench, 50 events' },
];

/** Goals for the p99 in milliseconds, under the row's load. */
const slowest = [{ row: 'Gatehouse, one event', p99: 250 }];

/** One line for each goal whose rows are available: by requests/s and by CPU per request, or by time. */
export function compareWithGoals(summaries: Summary[]): string[] {
  const find = (row: string): Summary | undefined =>
    summaries.find(({ name, faults }) => name === row && faults.length === 0);
  const ratios = goals.flatMap(({ row, base, atLeast }) => {
    const [ours, theirs] = [find(row), find(base)];
    if (!ours || !theirs) return [];
    const speed = ours.requestsPerSecond / theirs.requestsPerSecond;
    const byCpu =
      theirs.cpuMicroseconds && ours.cpuMicroseconds && theirs.cpuMicroseconds / ours.cpuMicroseconds;
    const cpu = byCpu === undefined ? '' : `, ${byCpu.toFixed(2)} by CPU`;
    const goal = atLeast === undefined ? '' : ` (goal: at least ${atLeast})`;
    return [`${row} / ${base}: ${speed.toFixed(2)}${cpu}${goal}`];
  });
  const times = slowest.flatMap(({ row, p99 }) => {
    const ours = find(row);
    return ours ? [`${row}, p99: ${ours.p99.toFixed(0)} ms (goal: less than ${p99} ms)`] : [];
  });
  return [...ratios, ...times];
}
