import type { QueryRunner } from 'typeorm';
import { JOBS_SCHEMA } from '../jobs-schema.js';

/**
 * For a migration: asks for a job for each row that waits already.
 *
 * @param name of a kind of job, which gets its other settings at the next start
 * @param settings of these jobs
 * @param rows a SELECT of their payloads
 */
export async function enqueueRows(
  queryRunner: QueryRunner,
  name: string,
  settings: { retryLimit: number; retryDelay: number },
  rows: string,
): Promise<void> {
  const options = { ...settings, policy: 'short', retryBackoff: true, retryDelayMax: 3_600, notify: true };
  await queryRunner.query(`SELECT ${JOBS_SCHEMA}.create_queue($1, $2)`, [name, JSON.stringify(options)]);
  await queryRunner.query(
    `INSERT INTO ${JOBS_SCHEMA}.job
       (id, name, data, singleton_key, policy, retry_limit, retry_delay, retry_backoff, retry_delay_max, expire_seconds,
        deletion_seconds, heartbeat_seconds)
     SELECT id, name, payload, id::text, policy, retry_limit, retry_delay, retry_backoff, retry_delay_max,
       expire_seconds, deletion_seconds, 30
     FROM (SELECT gen_random_uuid() AS id, payload FROM (${rows}) AS waiting (payload)) AS new, ${JOBS_SCHEMA}.queue
     WHERE name = $1`,
    [name],
  );
}
