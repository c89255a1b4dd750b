import { LRUCache } from 'lru-cache';

/** Maximum number of observed texts; rare ones are evicted. */
const MAX_KNOWN = 1_000;
/** A limit, since every connection keeps its prepared statements until it ends. */
const MAX_PREPARED = 300;
/** A statement that is used less often is not worth preparing. */
const USES_BEFORE_PREPARED = 3;

const known = new LRUCache<string, { uses: number; name?: string }>({ max: MAX_KNOWN });
let prepared = 0;

/** Name under which connections prepare a statement that the process uses often; undefined for a rare one. */
export function preparedName(text: string): string | undefined {
  const statement = known.get(text) ?? { uses: 0 };
  known.set(text, statement);
  statement.uses++;
  if (statement.uses === USES_BEFORE_PREPARED && prepared < MAX_PREPARED) {
    prepared++;
    statement.name = `often-${prepared}`;
  }
  return statement.name;
}

/** Makes connections prepare a statement again, under another name. */
export function forgetPrepared(text: string): void {
  known.delete(text);
}
