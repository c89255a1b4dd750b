import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';

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

/**
 * Has transactions that change the same things come one after the other: until the end of this one.
 *
 * @param name as that of {@link advisoryLock}
 */
export async function takeLock(name: string, manager: EntityManager): Promise<void> {
  await manager.query('SELECT pg_advisory_xact_lock($1)', [advisoryLock(name)]);
}
