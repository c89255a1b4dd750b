import { LRUCache } from 'lru-cache';

/** Maximum number of observed texts; rare ones are evicted. */
const MAX_KNOWN = 1_000;
/** A limit, since every connection keeps its prepared statements until it ends. */
const MAX_PREPARED = 300;
/** A statement that is used less often is not worth preparing. */
const USES_BEFORE_PREPARED = 3;
/**
 * Whether to read in this order, or to sort what the conditions select, depends on how rare the values are. For a prepared
 * statement PostgreSQL may keep the plan of the usual ones, and then reads a whole table for the first rows of a rare one.
 */
const PLAN_DEPENDS_ON_VALUES = /\bORDER BY\b.*\bLIMIT\b/s;

/** Which statements the connections of a pool prepare, and under which names. */
export class PreparedStatements {
  private readonly known = new LRUCache<string, { uses: number; name?: string }>({ max: MAX_KNOWN });
  private prepared = 0;

  /** Name under which connections prepare a statement; undefined for one that is rare, or planned for its values. */
  nameOf(text: string): string | undefined {
    const statement = this.known.get(text) ?? { uses: 0 };
    this.known.set(text, statement);
    statement.uses++;
    if (
      statement.uses === USES_BEFORE_PREPARED &&
      this.prepared < MAX_PREPARED &&
      !PLAN_DEPENDS_ON_VALUES.test(text)
    ) {
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
