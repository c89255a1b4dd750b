import type { QueryResultRow } from 'pg';
import type { DataSource } from 'typeorm';
import { poolOf } from './pool-of.js';

/**
 * Runs a statement that each connection parses and plans once. For the few that are run all the time and take
 * PostgreSQL less than their planning: reading a row by its key this way takes half the time of `dataSource.query`.
 * Outside of transactions, and unseen by TypeORM's logger. PgBouncer passes it on from version 1.21.
 *
 * @param name of the statement, unique in the application
 */
export async function queryPrepared<T extends QueryResultRow>(
  dataSource: DataSource,
  name: string,
  text: string,
  values: unknown[],
): Promise<T[]> {
  const { rows } = await poolOf(dataSource).query<T>({ name, text, values });
  return rows;
}
