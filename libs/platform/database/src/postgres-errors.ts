import { DatabaseError } from 'pg';
import { QueryFailedError } from 'typeorm';

/** Name of the unique constraint or index that the statement violated, undefined for any other error. */
export function uniqueViolation(error: unknown): string | undefined {
  return constraintOf(error, '23505');
}

/**
 * For `catch` on a write. Only the unique index decides whether a value is free, under any concurrency.
 * @param problems problems by the name of the index
 * @returns a function that throws the problem of the violated index, and rethrows any other error
 */
export function onDuplicate(problems: Record<string, () => Error>): (error: unknown) => never {
  return (error) => {
    throw problems[uniqueViolation(error) ?? '']?.() ?? error;
  };
}

/**
 * For `catch` on a write, like {@link onDuplicate}: for a reference to a row that does not exist.
 * @param problems problems by the name of the foreign key
 */
export function onMissing(problems: Record<string, () => Error>): (error: unknown) => never {
  return (error) => {
    throw problems[foreignKeyViolation(error) ?? '']?.() ?? error;
  };
}

/** Name of the foreign key that the statement violated, undefined for any other error. */
export function foreignKeyViolation(error: unknown): string | undefined {
  return constraintOf(error, '23503');
}

/** Name of the CHECK constraint that the statement violated, undefined for any other error. */
export function checkViolation(error: unknown): string | undefined {
  return constraintOf(error, '23514');
}

/** The `table.column` that the statement left null, undefined for any other error. */
export function notNullViolation(error: unknown): string | undefined {
  const found = databaseError(error);
  return found?.code === '23502' ? `${found.table}.${found.column}` : undefined;
}

/** Whether the transaction failed because of a serialization failure or deadlock, and may be retried. */
export function isSerializationFailure(error: unknown): boolean {
  const code = databaseError(error)?.code;
  return code === '40001' || code === '40P01';
}

/**
 * Whether a migration has changed the column types of a table since the connection prepared the statement. The
 * transaction has had no effect then.
 */
export function isStalePlan(error: unknown): boolean {
  const found = databaseError(error);
  return found?.code === '0A000' && found.routine === 'RevalidateCachedQuery';
}

/** Whether the role lacks a privilege, or the server is read-only. */
export function mayNotWrite(error: unknown): boolean {
  const code = databaseError(error)?.code;
  return code === '42501' || code === '25006';
}

/** Whether the statement creates a table, view or index that already exists. */
export function isAlreadyThere(error: unknown): boolean {
  return databaseError(error)?.code === '42P07';
}

/**
 * Errors of PostgreSQL, or a pooler in front of it, when a connection ends or the underlying system fails, possibly
 * during COMMIT: classes 08, 57P, 58 and XX.
 */
const ENDED = /^(08|57P|58|XX)/;

/**
 * Whether an error of a transaction, including its COMMIT, proves that it had no effect. After a lost connection the
 * outcome is unknown.
 */
export function isRolledBack(error: unknown): boolean {
  const code = databaseError(error)?.code;
  return code !== undefined && !ENDED.test(code);
}

function constraintOf(error: unknown, code: string): string | undefined {
  const found = databaseError(error);
  return found?.code === code ? found.constraint : undefined;
}

function databaseError(error: unknown): DatabaseError | undefined {
  const cause = error instanceof QueryFailedError ? error.driverError : error;
  return cause instanceof DatabaseError ? cause : undefined;
}
