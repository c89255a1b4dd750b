import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';

const WAITING = `
  SELECT count(*)::int AS count FROM pg_stat_activity
  WHERE datname = current_database() AND wait_event_type = 'Lock'`;

/**
 * Makes statements overlap deterministically: starts them while a row is locked, and releases it when all of them
 * wait.
 * @param sql locks the row, e.g. `SELECT … FOR UPDATE`
 * @param count number of statements that will wait for it, less than the size of the pool
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
