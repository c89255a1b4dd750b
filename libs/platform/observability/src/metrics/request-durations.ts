import { Histogram, type Registry } from 'prom-client';

type Label = 'method' | 'route';

const NAME = 'api_request_duration_seconds';
const HELP = 'Seconds from the arrival of a request to the end of its response.';

interface Value {
  metricName: string;
  labels: { le?: number | string };
  sharedLabels: Record<Label, string>;
  value: number;
}

/** A metric in the format of prom-client's registry. */
interface Reading {
  name: string;
  help: string;
  type: 'histogram';
  aggregator: 'sum';
  values: Value[];
}

/** Upper bounds of the buckets in seconds. */
const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Observations of one method and route. */
export class DurationSeries {
  /** Observations per bucket, not cumulative; the last counts all longer ones. */
  readonly counts = new Float64Array(BOUNDS.length + 1);
  sum = 0;

  constructor(readonly labels: Record<Label, string>) {}

  observe(seconds: number): void {
    let i = 0;
    while (i < BOUNDS.length && seconds > BOUNDS[i]!) i++;
    this.counts[i]!++;
    this.sum += seconds;
  }
}

/**
 * A histogram whose series are kept outside prom-client until it is read: its `observe` hashes the labels, which
 * costs 360 ns per request instead of 20.
 */
export class RequestDurations extends Histogram<Label> {
  private readonly series: DurationSeries[] = [];

  constructor(registry: Registry) {
    super({
      name: NAME,
      help: HELP,
      labelNames: ['method', 'route'],
      buckets: BOUNDS,
      registers: [registry],
    });
  }

  add(labels: Record<Label, string>): DurationSeries {
    const series = new DurationSeries(labels);
    this.series.push(series);
    return series;
  }

  /** prom-client reads every histogram with this method. */
  async getForPromString(): Promise<Reading> {
    const values = this.series.flatMap((series) => valuesOf(series));
    return { name: NAME, help: HELP, type: 'histogram', aggregator: 'sum', values };
  }
}

function valuesOf({ labels, counts, sum }: DurationSeries): Value[] {
  let total = 0;
  const buckets = Array.from(counts, (count, i) => {
    total += count;
    return {
      metricName: `${NAME}_bucket`,
      labels: { le: BOUNDS[i] ?? '+Inf' },
      sharedLabels: labels,
      value: total,
    };
  });
  return [
    ...buckets,
    { metricName: `${NAME}_sum`, labels: {}, sharedLabels: labels, value: sum },
    { metricName: `${NAME}_count`, labels: {}, sharedLabels: labels, value: total },
  ];
}
