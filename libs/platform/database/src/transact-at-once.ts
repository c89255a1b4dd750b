import type { QueryResult, QueryResultRow } from 'pg';
import type { DataSource } from 'typeorm';
import { poolOf } from './pool-of.js';
import { isRolledBack } from './postgres-errors.js';
import { retryLost } from './retry-lost.js';

export interface Statement {
  text: string;
  /** Of kinds that the driver always can send: what it refused would be missing from the transaction. */
  values?: (string | number | boolean | Date | null)[];
}

/** The transaction did not begin, so each of its statements may have come through alone. */
class UnknownOutcomeError extends Error {
  /** PostgreSQL's "transaction resolution unknown". */
  readonly code = '08007';

  constructor(cause: unknown) {
    super('The transaction did not begin, and its statements were sent', { cause });
  }
}

/**
 * Runs statements in a transaction of their own that is sent whole, with its COMMIT. What they lock is so locked for as
 * long as PostgreSQL needs, and not for round trips to a process that may be busy, stopped or cut off. None of them can
 * depend on the answer to another.
 *
 * @returns the rows that each returns, in their order
 * @throws the error of the first that failed; see `isRolledBack` for whether that undid all
 */
export function transactAtOnce(dataSource: DataSource, statements: Statement[]): Promise<QueryResultRow[][]> {
  return retryLost(() => send(dataSource, statements));
}

async function send(dataSource: DataSource, statements: Statement[]): Promise<QueryResultRow[][]> {
  const client = await poolOf(dataSource).connect();
  // In pipeline mode, see `createDataSource`: each is sent without waiting for the one before.
  const answers = [{ text: 'BEGIN' }, ...statements, { text: 'COMMIT' }].map((statement) =>
    client.query(statement),
  );
  const [begun, ...done] = await Promise.allSettled(answers);
  const isOpen = begun!.status === 'rejected' || done.at(-1)!.status === 'rejected';
  // It may be in a transaction still, or have run each statement in one of its own.
  client.release(isOpen);
  if (begun!.status === 'rejected' && isRolledBack(begun!.reason))
    throw new UnknownOutcomeError(begun!.reason);
  const results: QueryResult[] = await Promise.all(answers);
  return results.slice(1, -1).map(({ rows }) => rows as QueryResultRow[]);
}
