import type { QueryResult } from 'pg';
import { type DataSource, QueryFailedError, type QueryRunner } from 'typeorm';
import { poolOf } from './pool-of.js';
import { retryLost } from './retry-lost.js';

/**
 * What a query runner does with a statement, without making one: on the connection of the runner that is given, else on
 * one of the pool, where it is tried again if it was lost.
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
