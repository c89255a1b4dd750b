import type { INestApplicationContext } from '@nestjs/common';
import { PgBoss } from 'pg-boss';
import { DataSource } from 'typeorm';
import { Jobs } from '../jobs.js';
import { JOBS_SCHEMA } from '../jobs-schema.js';
import { reportable } from '../reportable.js';

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

/** The jobs in the database of an application under test, with a clock that can be moved. */
export class JobTable {
  constructor(readonly context: INestApplicationContext) {}

  get dataSource(): DataSource {
    return this.context.get(DataSource);
  }

  get boss(): PgBoss {
    return this.context.get(PgBoss, { strict: false });
  }

  /** The jobs of a name, oldest first. */
  rows(name: string): Promise<JobRow[]> {
    return this.dataSource.query<JobRow[]>(
      `SELECT id, name, state, retry_count, output, extract(epoch FROM start_after - now())::float AS due
       FROM ${JOBS_SCHEMA}.job WHERE name = $1 ORDER BY created_on, id`,
      [name],
    );
  }

  /** Moves the clock of the jobs that wait, and wakes their worker in this process. */
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

  /** Does the jobs of a name that are due, where no worker runs. */
  async workOff(name: string): Promise<void> {
    const { handler } = this.context.get(Jobs, { strict: false }).defined.find((job) => job.name === name)!;
    for (const { id, data, retryCount, signal } of await this.boss.fetch<object>(name, { batchSize: 100 })) {
      try {
        await handler({ id, payload: data, attempt: retryCount + 1, signal });
        await this.boss.complete(name, id);
      } catch (error) {
        await this.boss.fail(name, id, reportable(error));
      }
    }
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
}
