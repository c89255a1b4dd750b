import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';

const WAITING = `
  SELECT count(*)::int AS count FROM pg_stat_activity
  WHERE datname = current_database() AND wait_event_type = 'Lock'`;

/**
 * Makes statements overlap for sure: starts them while a row is locked, and lets go of it when they all wait.
 *
 * @param sql locks the row, e.g. `SELECT … FOR UPDATE`
 * @param count how many statements will wait for it, fewer than the pool has connections
 */
export async function overlapping<T>(
  dataSource: DataSource,
  sql: string,
  values: unknown[],
  count: number,
  start: () => Promise<T>,
): Promise<T> {
  const runner = dataSource.createQueryRunner();
  try {
    await runner.startTransaction();
    await runner.query(sql, values);
    let settled = false;
    const results = start().finally(() => (settled = true));
    while ((await dataSource.query<{ count: number }[]>(WAITING))[0]!.count < count) {
      if (settled) throw new Error('There is nothing that waits for the row', { cause: await results });
      await sleep(2);
    }
    await runner.commitTransaction();
    return await results;
  } finally {
    await runner.release();
  }
}
