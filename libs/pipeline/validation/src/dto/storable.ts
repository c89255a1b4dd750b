/** Levels of nesting that a free-form value may have. Code that walks values recursively overflows at some depth. */
export const MAX_DEPTH = 32;

/** What is wrong with a value whatever its type, as the `code` and the end of the `message` of its error. */
export interface Flaw {
  code: string;
  message: string;
}

const MALFORMED_TEXT: Flaw = {
  code: 'isWellFormed',
  message: 'must not contain NUL characters or unpaired surrogates',
};
const TOO_DEEP: Flaw = { code: 'maxDepth', message: `must not be nested deeper than ${MAX_DEPTH} levels` };
const PROTOTYPE_KEY: Flaw = { code: 'unknown', message: 'must not have a "__proto__" field' };

/**
 * Looks for what no field may hold: text that PostgreSQL cannot store, nesting that overflows the stack of whatever
 * walks it, and the key that pollutes prototypes when the value is merged. Takes time linear in the value's size.
 */
export function findFlaw(value: unknown): Flaw | undefined {
  if (typeof value === 'string') return isStorable(value) ? undefined : MALFORMED_TEXT;
  return typeof value === 'object' && value !== null ? findFlawInside(value) : undefined;
}

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

function findFlawInside(root: object): Flaw | undefined {
  let level: object[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth === MAX_DEPTH) return TOO_DEEP;
    const next: object[] = [];
    for (const parent of level) {
      const isArray = Array.isArray(parent);
      for (const [key, value] of Object.entries(parent)) {
        if (!isArray && key === '__proto__') return PROTOTYPE_KEY;
        if (!isArray && !isStorable(key)) return MALFORMED_TEXT;
        if (typeof value === 'string' && !isStorable(value)) return MALFORMED_TEXT;
        if (typeof value === 'object' && value !== null) next.push(value);
      }
    }
    level = next;
  }
  return undefined;
}
