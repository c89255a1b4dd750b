import { Global, Logger, Module } from '@nestjs/common';
import { PgBoss } from 'pg-boss';
import { JobDatabase } from './job-database.js';
import { JobQueues } from './job-queues.js';
import { JOBS_SCHEMA } from './jobs-schema.js';
import { JobState } from './job-state.js';
import { JobWorker } from './job-worker.js';
import { Jobs } from './jobs.js';

/** Seconds between checks for jobs whose process has died or that exceed their timeout; one process performs them. */
const SUPERVISE_SECONDS = 30;

/**
 * Creates pg-boss on the application's database without starting it: starting is required to work jobs, not to
 * enqueue them.
 */
function createBoss(database: JobDatabase): PgBoss {
  const logger = new Logger('Jobs');
  const boss = new PgBoss({
    db: database,
    schema: JOBS_SCHEMA,
    migrate: false,
    useListenNotify: true,
    superviseIntervalSeconds: SUPERVISE_SECONDS,
    monitorIntervalSeconds: SUPERVISE_SECONDS,
  });
  // Errors of the database are logged elsewhere, once for each outage.
  boss.on('error', (error) => {
    if (!database.failing) logger.error(`pg-boss: ${error.message}`);
  });
  boss.on('warning', ({ message }) => logger.warn(`pg-boss: ${message}`));
  return boss;
}

/** Makes {@link Jobs} injectable everywhere, and works jobs if the settings say so. */
@Global()
@Module({
  providers: [
    { provide: PgBoss, useFactory: createBoss, inject: [JobDatabase] },
    JobDatabase,
    Jobs,
    JobQueues,
    JobWorker,
    JobState,
  ],
  exports: [Jobs, JobState],
})
export class JobsModule {}
