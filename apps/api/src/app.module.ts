import { DynamicModule, Module, Type } from '@nestjs/common';
import { ConfigModule, Environment } from '@gatehouse/config';
import { DatabaseModule } from '@gatehouse/database';
import { GateModule } from '@gatehouse/gate';
import { JobsModule } from '@gatehouse/jobs';
import { FeaturesModule } from '@gatehouse/modules';
import { type Logger, ObservabilityModule } from '@gatehouse/observability';
import { ProcessBusModule } from '@gatehouse/process-bus';
import { RedisModule } from '@gatehouse/redis';
import { SocketServerModule } from '@gatehouse/sockets';
import { databaseOptions } from './database-options.js';
import { HealthController } from './operations/health.controller.js';
import { MetricsController, MetricsReaders } from './operations/metrics.controller.js';

/** The whole application: settings, platform, gate and features. */
@Module({})
export class AppModule {
  /**
   * @param databaseUrl database to use, already migrated
   * @param features feature modules of the application
   */
  static forRoot(
    environment: Environment,
    databaseUrl: string,
    logger: Logger,
    features: readonly Type<unknown>[],
  ): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot(environment),
        ObservabilityModule.forRoot(logger),
        DatabaseModule.forRoot(databaseOptions(databaseUrl, environment.DATABASE_POOL_SIZE)),
        ProcessBusModule.forRoot(databaseUrl),
        RedisModule.forRoot(environment.REDIS_URL, environment.REDIS_PREFIX),
        JobsModule,
        GateModule,
        SocketServerModule,
        FeaturesModule.forRoot(features),
      ],
      controllers: [HealthController, MetricsController],
      providers: [MetricsReaders],
    };
  }
}
