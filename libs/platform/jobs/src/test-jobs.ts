import { INestApplicationContext, Inject, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { PgBoss } from 'pg-boss';
import { DataSource } from 'typeorm';
import { ConfigModule, loadEnvironment } from '@gatehouse/config';
import { DatabaseModule } from '@gatehouse/database';
import { createLogger, ObservabilityModule } from '@gatehouse/observability';
import { ProcessBus, ProcessBusModule } from '@gatehouse/process-bus';
import { FailedJob } from './failed-job.entity.js';
import type { EnqueueOptions, JobDefinition, JobHandler } from './job-definition.js';
import { JOBS_SCHEMA } from './jobs-schema.js';
import { JobsModule } from './jobs.module.js';
import { Jobs } from './jobs.js';

/** A job as it stands in the table. */
export interface JobRow {
  id: string;
  name: string;
  state: string;
  retry_count: number;
  output: { message: string } | null;
  /** Seconds until it may run. */
  due: number;
}

/** Jobs in a process of their own, as far as they can tell. */
export class TestJobs {
  private constructor(readonly context: INestApplicationContext) {}

  /**
   * @param url of a migrated database
   * @param defined the jobs and who does them
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

  get dataSource(): DataSource {
    return this.context.get(DataSource);
  }

  get boss(): PgBoss {
    return this.context.get(PgBoss);
  }

  enqueue(name: string, payload: object = {}, options: Partial<EnqueueOptions> = {}) {
    return this.context.get(Jobs).enqueue(name, payload, { manager: this.dataSource.manager, ...options });
  }

  /** The jobs of a name, oldest first. */
  rows(name: string): Promise<JobRow[]> {
    return this.dataSource.query<JobRow[]>(
      `SELECT id, name, state, retry_count, output, extract(epoch FROM start_after - now())::float AS due
       FROM ${JOBS_SCHEMA}.job WHERE name = $1 ORDER BY created_on, id`,
      [name],
    );
  }

  /** Moves the clock of the jobs that wait, and wakes whoever works them. */
  async makeDue(name: string): Promise<void> {
    const update = `UPDATE ${JOBS_SCHEMA}.job SET start_after = now() WHERE name = $1 AND state < 'active'`;
    await this.dataSource.query(update, [name]);
    this.wake(name);
  }

  /** Lets this process look for jobs now. */
  wake(name: string): void {
    for (const { id } of this.boss.getWipData().filter((worker) => worker.name === name))
      this.boss.notifyWorker(id);
  }

  /** Lets the sign of life of running jobs be an old one, and looks for such jobs. */
  async missHeartbeats(name: string): Promise<void> {
    await this.dataSource.query(
      `UPDATE ${JOBS_SCHEMA}.job SET heartbeat_on = now() - interval '1 hour' WHERE name = $1 AND state = 'active'`,
      [name],
    );
    await this.dataSource.query(`UPDATE ${JOBS_SCHEMA}.queue SET monitor_claim_on = NULL, monitor_on = NULL`);
    await this.boss.supervise(name);
  }

  stop(): Promise<void> {
    return this.context.close();
  }
}
