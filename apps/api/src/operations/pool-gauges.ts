import type { INestApplication } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { poolOf } from '@gatehouse/database';
import { Metrics } from '@gatehouse/observability';

/** The database pool in `/metrics`: requests that wait for a connection are the first sign of a pool too small. */
export function registerPoolGauges(app: INestApplication): void {
  const metrics = app.get(Metrics);
  const pool = poolOf(app.get(DataSource));
  metrics.registerGauge(
    'database_pool_connections',
    'Open connections to the database.',
    () => pool.totalCount,
  );
  metrics.registerGauge(
    'database_pool_idle_connections',
    'Open connections that nobody uses.',
    () => pool.idleCount,
  );
  metrics.registerGauge(
    'database_pool_waiting',
    'Requests that wait for a connection.',
    () => pool.waitingCount,
  );
}
