import { DynamicModule, Global, Inject, Module, OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { createDataSource, DatabaseOptions } from './data-source.js';
import { NoDatabaseError } from './no-database.error.js';
import { ProcessBus } from './process-bus.js';

/**
 * Makes the `DataSource`, its `EntityManager` and the {@link ProcessBus} injectable everywhere; a feature's
 * repositories come from `TypeOrmModule.forFeature([...])`. Connects at start and closes after every other module.
 */
@Global()
@Module({})
export class DatabaseModule implements OnModuleInit, OnApplicationShutdown {
  constructor(@Inject(ProcessBus) private readonly bus: ProcessBus) {}

  static forRoot(options: DatabaseOptions): DynamicModule {
    const typeOrm = TypeOrmModule.forRootAsync({
      useFactory: () => ({ retryAttempts: 0 }),
      dataSourceFactory: () =>
        createDataSource(options)
          .initialize()
          .catch((error: unknown) => {
            throw new NoDatabaseError(options.url, error);
          }),
    });
    return {
      module: DatabaseModule,
      imports: [typeOrm],
      providers: [{ provide: ProcessBus, useFactory: () => new ProcessBus(options.url) }],
      exports: [ProcessBus],
    };
  }

  onModuleInit(): Promise<void> {
    return this.bus.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.bus.close();
  }
}
