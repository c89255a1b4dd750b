import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { JOBS_SCHEMA } from '@gatehouse/jobs';

/** A queue without workers. */
export const ABANDONED = 'test.abandoned';

/** Creates a job whose second and last attempt has failed, in a queue without workers. @returns its id */
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
