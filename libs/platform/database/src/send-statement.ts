import type { QueryResult } from 'pg';
import { type DataSource, QueryFailedError, type QueryRunner } from 'typeorm';
import { poolOf } from './pool-of.js';
import { retryLost } from './retry-lost.js';

/**
 * Sends a statement without creating a query runner: on the connection of the given runner, otherwise on one of the
 * pool, where it is retried after a deadlock.
 */
export function sendStatement(
  dataSource: DataSource,
  queryRunner: QueryRunner | undefined,
  text: string,
  values?: unknown[],
): Promise<QueryResult> {
  const send = () => sendOnce(dataSource, queryRunner, text, values);
  return queryRunner ? send() : retryLost(send);
}

async function sendOnce(
  dataSource: DataSource,
  queryRunner: QueryRunner | undefined,
  text: string,
  values?: unknown[],
): Promise<QueryResult> {
  const pooled = queryRunner ? undefined : await poolOf(dataSource).connect();
  const client = pooled ?? (await queryRunner!.connect());
  try {
    dataSource.logger.logQuery(text, values, queryRunner);
    return await client.query(text, values);
  } catch (error) {
    dataSource.logger.logQueryError(error as Error, text, values, queryRunner);
    throw new QueryFailedError(text, values, error as Error);
  } finally {
    pooled?.release();
  }
}
