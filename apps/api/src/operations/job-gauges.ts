import { setTimeout as sleep } from 'node:timers/promises';
import type { INestApplication } from '@nestjs/common';
import { JobState } from '@gatehouse/jobs';
import { Metrics } from '@gatehouse/observability';

/** Maximum delay of a scrape when the database is slow. */
const LIMIT_MS = 1_000;

/** Exports job counts to `/metrics`: jobs that wait unusually long, and failed ones, need attention. */
export function registerJobGauges(app: INestApplication): void {
  const jobs = app.get(JobState);
  app
    .get(Metrics)
    .registerGauges(
      'jobs',
      'Unfinished background jobs, the same in every process; absent when unknown.',
      ['queue', 'state'],
      async () => {
        const counts = await Promise.race([jobs.count(), sleep(LIMIT_MS, [], { ref: false })]);
        return counts.map(({ queue, state, count }) => ({ labels: { queue, state }, value: count }));
      },
    );
}
