import { LRUCache } from 'lru-cache';

/** Texts that are looked at; those of rare statements make room. */
const MAX_KNOWN = 1_000;
/** Every connection keeps what it has prepared until it ends, so only this many statements ever are. */
const MAX_PREPARED = 300;
/** A statement that is used less often is not worth preparing. */
const USES_BEFORE_PREPARED = 3;

const known = new LRUCache<string, { uses: number; name?: string }>({ max: MAX_KNOWN });
let prepared = 0;

/** The name by which connections prepare a statement that the process uses often; none for a rare one. */
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

/** Has connections prepare a statement anew, under another name. */
export function forgetPrepared(text: string): void {
  known.delete(text);
}
