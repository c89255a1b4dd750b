import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';

/**
 * Returns the key of a PostgreSQL advisory lock. It is derived from a name, since numbers chosen in separate files
 * could clash and make unrelated work wait.
 * @param name owner and purpose, e.g. `books.import`
 * @returns a bigint in decimal
 */
export function advisoryLock(name: string): string {
  return createHash('sha256').update(name).digest().readBigInt64BE().toString();
}

/**
 * Serialises transactions that change the same data: waits for the lock and holds it until the transaction ends.
 * @param name as in {@link advisoryLock}
 */
export async function takeLock(name: string, manager: EntityManager): Promise<void> {
  await manager.query('SELECT pg_advisory_xact_lock($1)', [advisoryLock(name)]);
}
