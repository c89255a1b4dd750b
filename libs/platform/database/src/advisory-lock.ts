import { createHash } from 'node:crypto';

/**
 * The number of an advisory lock of PostgreSQL. It is made of a name, since numbers that files choose for themselves
 * clash, and then wait for each other.
 *
 * @param name whose lock it is and what for, e.g. `books.import`
 * @returns a bigint, in decimal
 */
export function advisoryLock(name: string): string {
  return createHash('sha256').update(name).digest().readBigInt64BE().toString();
}
