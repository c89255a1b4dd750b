import { LRUCache } from 'lru-cache';

/** Maximum number of observed texts; rare ones are evicted. */
const MAX_KNOWN = 1_000;
/** A limit, since every connection keeps its prepared statements until it ends. */
const MAX_PREPARED = 300;
/** A statement that is used less often is not worth preparing. */
const USES_BEFORE_PREPARED = 3;

/** Which statements the connections of a pool prepare, and under which names. */
export class PreparedStatements {
  private readonly known = new LRUCache<string, { uses: number; name?: string }>({ max: MAX_KNOWN });
  private prepared = 0;

  /** Name under which connections prepare a statement that is used often; undefined for a rare one. */
  nameOf(text: string): string | undefined {
    const statement = this.known.get(text) ?? { uses: 0 };
    this.known.set(text, statement);
    statement.uses++;
    if (statement.uses === USES_BEFORE_PREPARED && this.prepared < MAX_PREPARED) {
      this.prepared++;
      statement.name = `often-${this.prepared}`;
    }
    return statement.name;
  }

  /** Makes connections prepare a statement again, under another name. */
  forget(text: string): void {
    this.known.delete(text);
  }
}
