import { setTimeout as sleep } from 'node:timers/promises';
import type { INestApplication } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { poolOf } from '@gatehouse/database';
import { JobState } from '@gatehouse/jobs';
import { Metrics } from '@gatehouse/observability';

/** Maximum milliseconds for which a scrape waits for a slow database. */
const LIMIT_MS = 1_000;

/**
 * The database pool and the jobs in `/metrics`: requests that wait for a connection are the first sign of a pool that is too
 * small, and jobs that wait longer than usual, or failed, need somebody to look.
 */
export function registerGauges(app: INestApplication): void {
  const metrics = app.get(Metrics);
  const pool = poolOf(app.get(DataSource));
  const jobs = app.get(JobState);
  for (const [name, help, read] of [
    ['connections', 'Open connections to the database.', () => pool.totalCount],
    ['idle_connections', 'Open connections that nobody uses.', () => pool.idleCount],
    ['waiting', 'Requests that wait for a connection.', () => pool.waitingCount],
  ] as const)
    metrics.registerGauge(`database_pool_${name}`, help, read);
  metrics.registerGauges(
    'jobs',
    'Background jobs that are not done, the same in every process; none when unknown.',
    ['queue', 'state'],
    async () => {
      const counts = await Promise.race([jobs.count(), sleep(LIMIT_MS, [], { ref: false })]);
      return counts.map(({ queue, state, count }) => ({ labels: { queue, state }, value: count }));
    },
  );
}
