import {
  type DynamicModule,
  Global,
  Inject,
  Module,
  OnApplicationShutdown,
  OnModuleInit,
} from '@nestjs/common';
import { ProcessBus } from './process-bus.js';

/**
 * Makes the {@link ProcessBus} injectable everywhere. It starts with the application and closes after the features.
 */
@Global()
@Module({})
export class ProcessBusModule implements OnModuleInit, OnApplicationShutdown {
  constructor(@Inject(ProcessBus) private readonly bus: ProcessBus) {}

  /** @param databaseUrl URL of the data source */
  static forRoot(databaseUrl: string): DynamicModule {
    return {
      module: ProcessBusModule,
      providers: [{ provide: ProcessBus, useFactory: () => new ProcessBus(databaseUrl) }],
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
