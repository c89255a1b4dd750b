import { Injectable } from '@nestjs/common';
import { PgBoss, type QueueOptions, type QueueResult } from 'pg-boss';
import { JobDatabase } from './job-database.js';
import { type DefinedJob, Jobs } from './jobs.js';
import { JOBS_SCHEMA, JOBS_SCHEMA_VERSION } from './jobs-schema.js';

const DAY_SECONDS = 86_400;
/** Seconds without a heartbeat after which a running job is given to another process. */
const HEARTBEAT_SECONDS = 30;

/** Sooner than pg-boss would: requests without a log-in can enqueue jobs, and must not fill the table with them. */
const FORGET_DONE = `
  DELETE FROM ${JOBS_SCHEMA}.job WHERE state = 'completed' AND completed_on < now() - interval '1 hour'`;

/** The rows of pg-boss for each kind of job: queues, and schedules of repeating jobs. */
@Injectable()
export class JobQueues {
  constructor(
    private readonly boss: PgBoss,
    private readonly jobs: Jobs,
    database: JobDatabase,
  ) {
    jobs.define({ name: 'jobs.forget-done', every: '*/10 * * * *' }, async () => {
      await database.executeSql(FORGET_DONE);
    });
  }

  /**
   * Creates missing queues, and updates those whose definition has changed.
   * @throws when the tables are older than the installed pg-boss
   */
  async prepare(): Promise<void> {
    const { defined } = this.jobs;
    // The same check as in pg-boss's start, which comes later, or never in a process that works no jobs.
    if ((await this.boss.schemaVersion())! < JOBS_SCHEMA_VERSION)
      throw new Error(`The schema "${JOBS_SCHEMA}" requires migrations`);
    const existing = new Map((await this.boss.getQueues()).map((queue) => [queue.name, queue]));
    for (const job of defined) {
      const options = optionsOf(job);
      const queue = existing.get(job.name);
      if (!queue) await this.boss.createQueue(job.name, { ...options, policy: 'short', notify: true });
      else if (differs(queue, options)) await this.boss.updateQueue(job.name, options);
    }
    // pg-boss looks a queue up at its first use, on another connection, which may be unavailable later.
    for (const { name } of defined) await this.jobs.statement(name, {});
  }

  /** Synchronises the schedules with the definitions: jobs that are no longer defined stop repeating. */
  async schedule(): Promise<void> {
    const repeating = this.jobs.defined.filter(({ every }) => every !== undefined);
    const names = new Set(repeating.map(({ name }) => name));
    const existing = await this.boss.getSchedules();
    for (const { name } of existing.filter((schedule) => !names.has(schedule.name)))
      await this.boss.unschedule(name);
    for (const { name, every } of repeating) {
      if (!existing.some((schedule) => schedule.name === name && schedule.cron === every))
        await this.boss.schedule(name, every!, {});
    }
  }
}

function optionsOf({ retries, backoffSeconds, timeoutSeconds }: DefinedJob) {
  return {
    retryLimit: retries,
    retryDelay: backoffSeconds,
    retryBackoff: true,
    retryDelayMax: 3_600,
    expireInSeconds: timeoutSeconds,
    heartbeatSeconds: HEARTBEAT_SECONDS,
    // A job that no process works waits this long; one that has failed is kept this long.
    retentionSeconds: 365 * DAY_SECONDS,
    deleteAfterSeconds: 14 * DAY_SECONDS,
  } satisfies QueueOptions;
}

function differs(queue: QueueResult, options: QueueOptions): boolean {
  return Object.entries(options).some(([key, value]) => queue[key as keyof QueueOptions] !== value);
}
