import { Logger } from '@nestjs/common';
import { PgBoss } from 'pg-boss';
import type { JobDatabase } from './job-database.js';
import { JOBS_SCHEMA } from './jobs-schema.js';

/** Seconds between two looks for jobs whose process has died or that take too long, in one of the processes. */
const SUPERVISE_SECONDS = 30;

/** pg-boss on the application's database: not started, which is needed to work jobs and not to enqueue them. */
export function createBoss(database: JobDatabase): PgBoss {
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
