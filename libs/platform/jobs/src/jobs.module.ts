import { Global, Module } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import { PgBoss } from 'pg-boss';
import type { DataSource } from 'typeorm';
import { ProcessBus } from '@gatehouse/process-bus';
import { createBoss } from './create-boss.js';
import { FailedJobs } from './failed-jobs.js';
import { JobDatabase } from './job-database.js';
import { JobQueues } from './job-queues.js';
import { JobState } from './job-state.js';
import { JobWorker } from './job-worker.js';
import { Jobs } from './jobs.js';

/** Makes {@link Jobs} injectable everywhere, and works jobs if the settings say so. */
@Global()
@Module({
  providers: [
    {
      provide: JobDatabase,
      useFactory: (dataSource: DataSource, bus: ProcessBus) => new JobDatabase(dataSource, bus),
      inject: [getDataSourceToken(), ProcessBus],
    },
    { provide: PgBoss, useFactory: createBoss, inject: [JobDatabase] },
    Jobs,
    JobQueues,
    JobWorker,
    JobState,
    FailedJobs,
  ],
  exports: [Jobs, JobState, FailedJobs],
})
export class JobsModule {}
