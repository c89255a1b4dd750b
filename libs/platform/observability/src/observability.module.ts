import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { Logger } from 'pino';
import { Draining } from './health/draining.js';
import { HealthService } from './health/health.service.js';
import { AccessLog } from './logging/access-log.js';
import { PinoLogger } from './logging/pino-logger.js';
import { Metrics } from './metrics/metrics.js';
import { RequestObserver } from './request-observer.js';
import { DrainingMiddleware } from './shutdown/draining.middleware.js';

/** Makes the logger, the metrics and the health checks of one application injectable everywhere. */
@Global()
@Module({})
export class ObservabilityModule {
  /** @param logger the logger of the process, from `createLogger` */
  static forRoot(logger: Logger): DynamicModule {
    const metrics = new Metrics();
    const draining = new Draining();
    const providers = [
      { provide: PinoLogger, useValue: new PinoLogger(logger) },
      { provide: Metrics, useValue: metrics },
      { provide: Draining, useValue: draining },
      { provide: HealthService, useValue: new HealthService(draining, logger) },
      { provide: RequestObserver, useValue: new RequestObserver([new AccessLog(logger), metrics.requests]) },
      { provide: DrainingMiddleware, useValue: new DrainingMiddleware(draining) },
    ];
    return { module: ObservabilityModule, providers, exports: providers.map(({ provide }) => provide) };
  }
}
