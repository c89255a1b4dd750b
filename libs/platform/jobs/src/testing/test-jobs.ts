import { Inject, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ConfigModule, loadEnvironment } from '@gatehouse/config';
import { DatabaseModule } from '@gatehouse/database';
import { createLogger, ObservabilityModule } from '@gatehouse/observability';
import { ProcessBus, ProcessBusModule } from '@gatehouse/process-bus';
import { FailedJob } from '../failed-job.entity.js';
import { JobsModule } from '../jobs.module.js';
import { type EnqueueOptions, type JobDefinition, type JobHandler, Jobs } from '../jobs.js';
import { JobTable } from './job-table.js';

/** Jobs of a simulated separate process. */
export class TestJobs extends JobTable {
  /**
   * @param url URL of a migrated database
   * @param defined the jobs and their handlers
   */
  static async start(
    url: string,
    defined: [JobDefinition, JobHandler<never>][],
    variables: Record<string, string> = {},
  ): Promise<TestJobs> {
    let bus: ProcessBus | undefined;
    @Module({
      imports: [
        ConfigModule.forRoot(loadEnvironment({ NODE_ENV: 'development', ...variables })),
        ObservabilityModule.forRoot(createLogger('silent')),
        DatabaseModule.forRoot({ url, entities: [FailedJob], poolSize: 5 }),
        ProcessBusModule.forRoot(url),
        JobsModule,
      ],
    })
    class TestModule {
      constructor(@Inject(Jobs) jobs: Jobs, @Inject(ProcessBus) started: ProcessBus) {
        for (const [definition, handler] of defined) jobs.define(definition, handler);
        bus = started;
      }
    }
    try {
      const options = { logger: ['error' as const], abortOnError: false };
      return new TestJobs(await NestFactory.createApplicationContext(TestModule, options));
    } catch (error) {
      await bus?.close();
      throw error;
    }
  }

  enqueue(name: string, payload: object = {}, options: Partial<EnqueueOptions> = {}) {
    return this.context.get(Jobs).enqueue(name, payload, { manager: this.dataSource.manager, ...options });
  }

  stop(): Promise<void> {
    return this.context.close();
  }
}
