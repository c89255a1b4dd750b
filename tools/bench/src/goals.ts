import type { Summary } from './summary.js';

/** What the project promises itself, as a ratio of two rows. */
interface Goal {
  row: string;
  base: string;
  atLeast: number;
}

const goals: Goal[] = [
  { row: 'Gatehouse, cache hit', base: 'Fastify, object to JSON', atLeast: 0.6 },
  { row: 'Gatehouse, cache hit', base: 'Fastify, bytes ready', atLeast: 0.6 },
  { row: 'Gatehouse, cache hit', base: 'Nest, the documented stack', atLeast: 10 },
  { row: 'Gatehouse, one book', base: 'Fastify and pg, one book', atLeast: 0.6 },
];

/** One line for each goal that the rows speak of: reached or not, by requests/s and by CPU per request. */
export function compareWithGoals(summaries: Summary[]): string[] {
  return goals.flatMap(({ row, base, atLeast }) => {
    const ours = summaries.find(({ name }) => name === row);
    const theirs = summaries.find(({ name }) => name === base);
    if (!ours || !theirs || ours.faults.length > 0 || theirs.faults.length > 0) return [];
    const speed = ours.requestsPerSecond / theirs.requestsPerSecond;
    const byCpu =
      theirs.cpuMicroseconds && ours.cpuMicroseconds && theirs.cpuMicroseconds / ours.cpuMicroseconds;
    const cpu = byCpu === undefined ? '' : `, ${byCpu.toFixed(2)} by CPU`;
    return [`${row} / ${base}: ${speed.toFixed(2)}${cpu} (goal: at least ${atLeast})`];
  });
}
