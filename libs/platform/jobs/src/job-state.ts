import { Injectable } from '@nestjs/common';
import { PgBoss } from 'pg-boss';
import { DataSource } from 'typeorm';
import { Environment } from '@gatehouse/config';
import { Jobs } from './jobs.js';
import { JOBS_SCHEMA } from './jobs-schema.js';

/** Number of unfinished jobs in one queue and state: `created`, `retry`, `active` or `failed`. */
export interface JobCount {
  queue: string;
  state: string;
  count: number;
}

const COUNT = `
  SELECT name AS queue, state, count(*)::int AS count FROM ${JOBS_SCHEMA}.job
  WHERE state < 'completed' OR state = 'failed' GROUP BY name, state`;

/** Status of the jobs, for health and metrics. */
@Injectable()
export class JobState {
  constructor(
    private readonly boss: PgBoss,
    private readonly jobs: Jobs,
    private readonly environment: Environment,
    private readonly dataSource: DataSource,
  ) {}

  count(): Promise<JobCount[]> {
    return this.dataSource.query<JobCount[]>(COUNT);
  }

  /** @throws when jobs cannot be enqueued or, in a process that should work them, are not worked */
  async check(): Promise<void> {
    await this.dataSource.query(`SELECT version FROM ${JOBS_SCHEMA}.version`);
    if (!this.environment.worksJobs) return;
    const worked = new Set(this.boss.getWipData().map(({ name }) => name));
    const idle = this.jobs.defined.filter(({ name, concurrency }) => concurrency > 0 && !worked.has(name));
    if (idle.length > 0) throw new Error(`No worker runs for ${idle.map(({ name }) => name).join(', ')}`);
  }
}
