import { type Problem, problemTypes } from '@gatehouse/http';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { RequestMetrics } from './request-metrics.js';

let processRegistry: Registry | undefined;

/** Metrics of the process, shared by its applications: memory, CPU, event loop and garbage collection. */
function processMetrics(): Registry {
  if (!processRegistry) {
    processRegistry = new Registry();
    collectDefaultMetrics({ register: processRegistry });
  }
  return processRegistry;
}

/** The metrics of one application, in Prometheus' text format. Other libraries add theirs to `registry`. */
export class Metrics {
  readonly registry = new Registry();
  readonly requests = new RequestMetrics(this.registry);

  private readonly refusals = new Counter({
    name: 'gate_refusals_total',
    help: 'Requests that a stage of the gate refused, by stage and status.',
    labelNames: ['stage', 'status'],
    registers: [this.registry],
  });

  /** Counts a problem as a refusal by its stage. Problems of handlers are not refusals. */
  countRefusal(problem: Problem): void {
    const { stage, status } = problemTypes[problem.slug];
    if (stage !== 'handler') this.refusals.inc({ stage, status });
  }

  /**
   * Adds a gauge that is read at each scrape.
   * @param name in snake case with its unit, e.g. `database_pool_idle_connections`
   * @param read must be cheap; when it fails, the value is `NaN` and the scrape succeeds
   * @throws Error when the name is taken
   */
  registerGauge(name: string, help: string, read: () => number | Promise<number>): void {
    const registers = [this.registry];
    const collect = async function (this: Gauge): Promise<void> {
      this.set(
        await Promise.resolve()
          .then(read)
          .catch(() => Number.NaN),
      );
    };
    new Gauge({ name, help, registers, collect });
  }

  /**
   * Adds a gauge with labels whose series are read together at each scrape. A series that is no longer returned
   * disappears; when reading fails, all do.
   */
  registerGauges<Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    read: () => Promise<{ labels: Record<Label, string>; value: number }[]>,
  ): void {
    const registers = [this.registry];
    const collect = async function (this: Gauge): Promise<void> {
      const series = await read().catch(() => []);
      this.reset();
      for (const { labels, value } of series) this.set(labels, value);
    };
    new Gauge({ name, help, labelNames, registers, collect });
  }

  /** Value of the `Content-Type` of {@link render}. */
  get contentType(): string {
    return Registry.PROMETHEUS_CONTENT_TYPE;
  }

  async render(): Promise<string> {
    const texts = await Promise.all([this.registry.metrics(), processMetrics().metrics()]);
    return texts.join('\n');
  }
}
