import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { JOBS_SCHEMA } from '@gatehouse/jobs';

/** The queue of jobs that nobody works. */
export const ABANDONED = 'test.abandoned';

/** Leaves a job that has failed at its second and last attempt, and that nobody works. @returns its id */
export async function failedJob(dataSource: DataSource): Promise<string> {
  const id = randomUUID();
  await dataSource.query(`SELECT ${JOBS_SCHEMA}.create_queue('${ABANDONED}', '{"policy": "short"}')`);
  await dataSource.query(
    `INSERT INTO ${JOBS_SCHEMA}.job (id, name, data, state, retry_count, retry_limit, output, completed_on)
     VALUES ($1, '${ABANDONED}', '{"book": 1}', 'failed', 1, 1, '{"message": "broken"}', now())`,
    [id],
  );
  return id;
}
