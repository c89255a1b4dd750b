import type { INestApplication } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { HealthRegistry } from '@gatehouse/observability';
import { RedisConnection } from '@gatehouse/redis';

/** What `/health/ready` asks: the database and, when there is one, Redis, without which requests are answered too. */
export function registerHealthChecks(app: INestApplication): void {
  const health = app.get(HealthRegistry);
  const database = app.get(DataSource);
  const redis = app.get(RedisConnection);
  health.register('database', async () => void (await database.query('SELECT 1')));
  if (redis.client) health.register('redis', () => redis.ping(), { optional: true });
}
