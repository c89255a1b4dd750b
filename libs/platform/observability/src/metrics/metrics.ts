import { type Problem, problemTypes } from '@gatehouse/http';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { RequestMetrics } from './request-metrics.js';

let processRegistry: Registry | undefined;

/** Memory, CPU, event loop and garbage collection belong to the process, whatever applications run in it. */
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

  /** Counts a problem as the refusal of the stage that it belongs to. What a handler answers is no refusal. */
  countRefusal(problem: Problem): void {
    const { stage, status } = problemTypes[problem.slug];
    if (stage !== 'handler') this.refusals.inc({ stage, status });
  }

  /**
   * Adds a value that is read when the metrics are.
   *
   * @param name in snake case with its unit, e.g. `database_pool_idle_connections`
   * @param read cheap, because it runs at each scrape; when it fails, the value is `NaN`, not the scrape an error
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
   * Adds values that are told apart by labels, read together when the metrics are. A series that is not read again
   * is gone; when reading fails, all are.
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
