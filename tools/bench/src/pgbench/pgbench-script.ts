import type { Statement } from './statement-recorder.js';

/** What pgbench runs again and again. */
export interface Script {
  text: string;
  /** Variables that it needs, and their values. */
  variables: Record<string, string>;
}

/** Makes the next id: 12 digits that no other client has. */
const NEXT_ID = ['\\set n :n + 1', '\\set id 500000000000 + :client_id * 1000000000 + :n'];
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/**
 * The statements of one purchase for `pgbench -M prepared`: the same texts, each value a parameter of the same type. The
 * transaction is sent whole, as the application sends it.
 *
 * @param statements as they were recorded
 * @param draws what is drawn by lot for each purchase: `\set` commands, and an SQL expression for each id that changes.
 * Every other UUID v7 is one that the application has made, and becomes a new one
 * @param constants ids that stay
 */
export function pgbenchScript(
  statements: Statement[],
  draws: { commands: string[]; expressions: Map<string, string> },
  constants: Set<string>,
): Script {
  const variables: Record<string, string> = { n: '0' };
  const expressions = new Map(draws.expressions);
  let made = 0;
  const expressionOf = (uuid: string): string => {
    if (!expressions.has(uuid)) {
      expressions.set(uuid, `'00000000-0000-7000-9${String(++made).padStart(3, '0')}-' || :id`);
    }
    return expressions.get(uuid)!;
  };
  const asParameter = (value: string | null): string => {
    if (value === null) return 'NULL';
    const changing = (value.match(UUID) ?? []).filter((uuid) => !constants.has(uuid));
    if (changing.length === 0) {
      const name = `v${Object.keys(variables).length}`;
      variables[name] = value;
      return `:${name}`;
    }
    const parts = value.split(new RegExp(`(${changing.join('|')})`));
    const terms = parts.map((part, i) => (i % 2 === 1 ? expressionOf(part) : part && literal(part)));
    return `(${terms.filter(Boolean).join(' || ')})${value.startsWith('[') ? '::json' : '::uuid'}`;
  };
  const lines = statements.map(({ text, values }) => {
    const parameters = values.map(asParameter);
    const line = `${text.replaceAll(/\$(\d+)/g, (_, n: string) => parameters[Number(n) - 1]!).trim()};`;
    if (text === 'BEGIN') return `\\startpipeline\n${line}`;
    return text === 'COMMIT' ? `${line}\n\\endpipeline` : line;
  });
  return { text: [...NEXT_ID, ...draws.commands, ...lines, ''].join('\n'), variables };
}

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
