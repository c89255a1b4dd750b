import type { Db } from 'pg-boss';
import type { EntityManager } from 'typeorm';

/** Lets pg-boss run a statement in the transaction of `manager`. Only for those that end in SELECT. */
export function runOn(manager: EntityManager): Db {
  return { executeSql: async (text, values) => ({ rows: await manager.query(text, values) }) };
}
