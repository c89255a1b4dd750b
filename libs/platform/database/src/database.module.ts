import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { createDataSource, DatabaseOptions } from './data-source.js';
import { NoDatabaseError } from './no-database.error.js';

/**
 * Makes the `DataSource` and its `EntityManager` injectable everywhere; a feature's repositories come from `TypeOrmModule.forFeature([...])`. Connects at start and closes after every other module.
 */
@Global()
@Module({})
export class DatabaseModule {
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
    };
  }
}
