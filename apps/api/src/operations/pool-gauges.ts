import type { INestApplication } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { poolOf } from '@gatehouse/database';
import { Metrics } from '@gatehouse/observability';

/** Exports the database pool to `/metrics`: waiting requests are the first sign of a pool that is too small. */
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
    'Idle connections to the database.',
    () => pool.idleCount,
  );
  metrics.registerGauge(
    'database_pool_waiting',
    'Requests waiting for a connection.',
    () => pool.waitingCount,
  );
}
