import { availableParallelism, cpus, loadavg, release, type } from 'node:os';
import type { BenchDatabase } from './database.js';
import { cores } from './cores.js';
import type { Options } from './options.js';

export const loadAverage = (): string =>
  loadavg()
    .map((load) => load.toFixed(2))
    .join(' ');

/** Versions, machine and options, on which the figures depend, one per line. */
export function describeRun({ description }: BenchDatabase, options: Options): string[] {
  const { rounds, seconds, warmUpSeconds, connections } = options;
  const where = cores
    ? `server on core ${cores.server}, load on core ${cores.load}, PostgreSQL on any`
    : 'processes are not pinned to cores (needs Linux, taskset and two cores)';
  return [
    `Node ${process.version}, ${description}, ${type()} ${release()}`,
    `${cpus()[0]?.model.trim() ?? 'unknown CPU'}, ${availableParallelism()} cores: ${where}`,
    `${connections} connections, ${rounds} rounds of ${seconds} s after ${warmUpSeconds} to ${5 * warmUpSeconds} s of warm-up, medians`,
  ];
}
