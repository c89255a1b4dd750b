import type { Row, Sample } from './measure.js';

/** Combined samples of one row, compared with the base, the first row of its table. */
export interface Summary {
  name: string;
  requestsPerSecond: number;
  slowest: number;
  fastest: number;
  /** Requests/s relative to the base. */
  speed: number;
  cpuMicroseconds?: number;
  /** The base's CPU per request divided by this one's: the relative speed when CPU is the only limit. */
  speedByCpu?: number;
  busy?: number;
  p99: number;
  faults: string[];
}

/** @param baseName name of the row with which the others are compared; without it there are no ratios */
export function summarise(rows: Row[], baseName: string): Summary[] {
  const base = rows.find(({ name }) => name === baseName);
  return rows.map((row) => {
    const speeds = row.samples.map((sample) => sample.requestsPerSecond);
    const cpu = cpuOf(row);
    const baseCpu = base && cpuOf(base);
    return {
      name: row.name,
      requestsPerSecond: median(speeds),
      slowest: Math.min(...speeds),
      fastest: Math.max(...speeds),
      speed: median(speeds) / median(base?.samples.map((sample) => sample.requestsPerSecond) ?? []),
      cpuMicroseconds: cpu,
      speedByCpu: cpu && baseCpu && baseCpu / cpu,
      busy: known(row.samples, (sample) => sample.busy),
      p99: median(row.samples.map((sample) => sample.p99)),
      faults: row.faults,
    };
  });
}

const cpuOf = (row: Row): number | undefined => known(row.samples, (sample) => sample.cpuMicroseconds);

function known(samples: Sample[], pick: (sample: Sample) => number | undefined): number | undefined {
  const values = samples.map(pick).filter((value) => value !== undefined);
  return values.length > 0 ? median(values) : undefined;
}

/** NaN without values. */
export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}
