import { DatabaseError } from 'pg';
import { QueryFailedError } from 'typeorm';

/** The name of the unique constraint or index that the statement broke, undefined for every other error. */
export function uniqueViolation(error: unknown): string | undefined {
  return constraintOf(error, '23505');
}

/**
 * For `catch` on a write. Whether a value is free is the unique index's decision, which holds for any number of
 * simultaneous requests.
 *
 * @param problems by the name of the index
 * @returns a function that throws the problem of the index that the write broke, and every other error as it is
 */
export function onDuplicate(problems: Record<string, () => Error>): (error: unknown) => never {
  return (error) => {
    throw problems[uniqueViolation(error) ?? '']?.() ?? error;
  };
}

/** The name of the foreign key that the statement broke, undefined for every other error. */
export function foreignKeyViolation(error: unknown): string | undefined {
  return constraintOf(error, '23503');
}

/** The name of the CHECK constraint that the statement broke, undefined for every other error. */
export function checkViolation(error: unknown): string | undefined {
  return constraintOf(error, '23514');
}

/** The `table.column` that the statement left empty, undefined for every other error. */
export function notNullViolation(error: unknown): string | undefined {
  const found = databaseError(error);
  return found?.code === '23502' ? `${found.table}.${found.column}` : undefined;
}

/** Whether the transaction lost against another one, by serialization or deadlock, and may be tried again. */
export function isSerializationFailure(error: unknown): boolean {
  const code = databaseError(error)?.code;
  return code === '40001' || code === '40P01';
}

/**
 * Whether a migration has changed the types of a table's columns since the connection prepared the statement. Of a
 * transaction, nothing has happened then.
 */
export function isStalePlan(error: unknown): boolean {
  const found = databaseError(error);
  return found?.code === '0A000' && found.routine === 'RevalidateCachedQuery';
}

/** Whether the role lacks a right, or the server only reads. */
export function mayNotWrite(error: unknown): boolean {
  const code = databaseError(error)?.code;
  return code === '42501' || code === '25006';
}

/** Whether the statement creates a table, a view or an index that exists. */
export function isAlreadyThere(error: unknown): boolean {
  return databaseError(error)?.code === '42P07';
}

/**
 * What PostgreSQL, or a pooler before it, says when a connection ends or the system below fails, be it in the middle of a
 * COMMIT: classes 08, 57P, 58 and XX.
 */
const ENDED = /^(08|57P|58|XX)/;

/**
 * Whether an error of a transaction, its COMMIT included, means for sure that nothing of it has happened. A connection
 * that was lost means that nobody knows.
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
