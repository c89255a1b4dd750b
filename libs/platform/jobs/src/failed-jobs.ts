import { Injectable } from '@nestjs/common';
import { PgBoss } from 'pg-boss';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import { FailedJob } from './failed-job.entity.js';
import { runOn } from './job-database.js';

/** The jobs that have failed at their last attempt: they are kept for two weeks, for an administrator to look at. */
@Injectable()
export class FailedJobs {
  constructor(private readonly boss: PgBoss) {}

  /** Selects failed jobs, as `job`. */
  select(manager: EntityManager): SelectQueryBuilder<FailedJob> {
    return manager.createQueryBuilder(FailedJob, 'job').where(`job.state = 'failed'`);
  }

  /**
   * Retries a failed job once the transaction is committed.
   * @returns its name; `undefined` when there is no such failed job
   */
  async retry(id: string, manager: EntityManager): Promise<string | undefined> {
    const job = await this.select(manager)
      .andWhere('job.id = :id', { id })
      .setLock('pessimistic_write')
      .getOne();
    if (!job) return undefined;
    const db = runOn(manager);
    await this.boss.retry(job.name, id, { db });
    // Of these two, only an update wakes the worker.
    await this.boss.update(job.name, undefined, { id, startAfter: 0, db });
    return job.name;
  }
}
