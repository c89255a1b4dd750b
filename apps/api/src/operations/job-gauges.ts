import { setTimeout as sleep } from 'node:timers/promises';
import type { INestApplication } from '@nestjs/common';
import { JobState } from '@gatehouse/jobs';
import { Metrics } from '@gatehouse/observability';

/** A scrape waits no longer, should the database be slow to answer. */
const LIMIT_MS = 1_000;

/** The jobs in `/metrics`: those that wait longer than usual, and those that failed, need somebody to look. */
export function registerJobGauges(app: INestApplication): void {
  const jobs = app.get(JobState);
  app
    .get(Metrics)
    .registerGauges(
      'jobs',
      'Background jobs that are not done, the same in every process; none when unknown.',
      ['queue', 'state'],
      async () => {
        const counts = await Promise.race([jobs.count(), sleep(LIMIT_MS, [], { ref: false })]);
        return counts.map(({ queue, state, count }) => ({ labels: { queue, state }, value: count }));
      },
    );
}
