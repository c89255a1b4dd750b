import type { FastifyReply, FastifyRequest } from 'fastify';
import { Counter, type Registry } from 'prom-client';
import type { RequestListener } from '../request-observer.js';
import { type DurationSeries, RequestDurations } from './request-durations.js';

/** Counters of one method on one route. */
interface RouteSeries {
  durations: DurationSeries;
  byStatus: Map<number, number>;
}

/**
 * Counts requests by method, route and status, and measures their duration. The route is its pattern, never the
 * requested path, so that the number of series is bounded; requests without a route count as `unmatched`.
 */
export class RequestMetrics implements RequestListener {
  /** By pattern and method. Patterns are the router's own strings, whose hash is computed once. */
  private readonly routes = new Map<string, Map<string, RouteSeries>>();
  private readonly durations: RequestDurations;
  private cacheHits = 0;
  private cacheMisses = 0;

  constructor(registry: Registry) {
    this.durations = new RequestDurations(registry);
    this.addCounters(registry);
  }

  completed(request: FastifyRequest, reply: FastifyReply, status: number): void {
    const series = this.seriesOf(request);
    series.byStatus.set(status, (series.byStatus.get(status) ?? 0) + 1);
    series.durations.observe(request.gate.seconds);
    const cache = reply.getHeader('x-cache');
    if (cache === 'HIT') this.cacheHits++;
    else if (cache === 'MISS') this.cacheMisses++;
  }

  private seriesOf(request: FastifyRequest): RouteSeries {
    const route = request.routeOptions.url ?? 'unmatched';
    return this.routes.get(route)?.get(request.method) ?? this.addSeries(request.method, route);
  }

  private addSeries(method: string, route: string): RouteSeries {
    const series: RouteSeries = { durations: this.durations.add({ method, route }), byStatus: new Map() };
    const methods = this.routes.get(route) ?? new Map<string, RouteSeries>();
    this.routes.set(route, methods.set(method, series));
    return series;
  }

  private addCounters(registry: Registry): void {
    const { routes } = this;
    new Counter({
      name: 'api_requests_total',
      help: 'Requests by method, route pattern and status; 499 is a client that disconnected before the response.',
      labelNames: ['method', 'route', 'status'],
      registers: [registry],
      collect() {
        this.reset();
        for (const methods of routes.values()) {
          for (const { durations, byStatus } of methods.values()) {
            for (const [status, count] of byStatus) this.inc({ ...durations.labels, status }, count);
          }
        }
      },
    });
    this.addCounter(registry, 'cache_hits_total', 'Responses replayed from the cache.', () => this.cacheHits);
    this.addCounter(
      registry,
      'cache_misses_total',
      'Cacheable responses that were not in the cache.',
      () => this.cacheMisses,
    );
  }

  private addCounter(registry: Registry, name: string, help: string, read: () => number): void {
    new Counter({
      name,
      help,
      registers: [registry],
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  }
}
