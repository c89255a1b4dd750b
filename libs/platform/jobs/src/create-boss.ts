import { Logger } from '@nestjs/common';
import { PgBoss } from 'pg-boss';
import type { JobDatabase } from './job-database.js';
import { JOBS_SCHEMA } from './jobs-schema.js';

/** Seconds between checks for jobs whose process has died or that exceed their timeout; one process performs them. */
const SUPERVISE_SECONDS = 30;

/**
 * Creates pg-boss on the application's database without starting it: starting is required to work jobs, not to
 * enqueue them.
 */
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
