import type { QueryResult, QueryResultRow } from 'pg';
import type { DataSource } from 'typeorm';
import { poolOf } from './pool-of.js';
import { isRolledBack } from './postgres-errors.js';
import { retryLost } from './retry-lost.js';

export interface Statement {
  text: string;
  /** Types that the driver can always send: a refused value would make its statement missing from the transaction. */
  values?: (string | number | boolean | Date | null)[];
}

/** The transaction did not begin, so each of its statements may have been committed separately. */
class UnknownOutcomeError extends Error {
  /** PostgreSQL's "transaction resolution unknown". */
  readonly code = '08007';

  constructor(cause: unknown) {
    super('The transaction did not begin, and its statements were sent', { cause });
  }
}

/**
 * Runs statements in a separate transaction that is sent in one round trip, including its COMMIT. Locks are thereby
 * held only as long as PostgreSQL needs, not for round trips to a process that may be busy, suspended or cut off. No
 * statement can depend on the result of another.
 * @returns the rows of each statement, in order
 * @throws the error of the first failing statement; `isRolledBack` tells whether everything was rolled back
 */
export function transactAtOnce(dataSource: DataSource, statements: Statement[]): Promise<QueryResultRow[][]> {
  return retryLost(() => send(dataSource, statements));
}

async function send(dataSource: DataSource, statements: Statement[]): Promise<QueryResultRow[][]> {
  const client = await poolOf(dataSource).connect();
  // In pipeline mode, see `createDataSource`: each is sent without waiting for the previous one.
  const answers = [{ text: 'BEGIN' }, ...statements, { text: 'COMMIT' }].map((statement) =>
    client.query(statement),
  );
  const [begun, ...done] = await Promise.allSettled(answers);
  const isOpen = begun!.status === 'rejected' || done.at(-1)!.status === 'rejected';
  // It may still be in a transaction, or have run each statement in a separate one.
  client.release(isOpen);
  if (begun!.status === 'rejected' && isRolledBack(begun!.reason))
    throw new UnknownOutcomeError(begun!.reason);
  const results: QueryResult[] = await Promise.all(answers);
  return results.slice(1, -1).map(({ rows }) => rows as QueryResultRow[]);
}
