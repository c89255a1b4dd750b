import type { INestApplication } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { JobState } from '@gatehouse/jobs';
import { HealthService } from '@gatehouse/observability';
import { RedisConnection } from '@gatehouse/redis';

/**
 * Registers the checks of `/health/ready`: the database, and as optional ones the jobs and, when configured, Redis.
 */
export function registerHealthChecks(app: INestApplication): void {
  const health = app.get(HealthService);
  const database = app.get(DataSource);
  const redis = app.get(RedisConnection);
  health.register('database', async () => void (await database.query('SELECT 1')));
  const jobs = app.get(JobState);
  health.register('jobs', () => jobs.check(), { optional: true });
  if (redis.client) health.register('redis', () => redis.check(), { optional: true });
}
