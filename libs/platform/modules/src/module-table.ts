import type { FeatureDeclaration } from './feature-declaration.js';

const HEAD = ['ROOT', 'TAG', 'PERMISSIONS', 'TOPICS', 'DATA AFTER', 'PAYMENTS'];

/** What the features declare, as aligned text: a feature takes as many lines as its longest list. */
export function moduleTable(declarations: readonly FeatureDeclaration[]): string {
  const rows = [HEAD.map((title) => [title]), ...declarations.map(cellsOf)];
  const widths = HEAD.map((_, i) => Math.max(...rows.flatMap((row) => row[i]!.map(({ length }) => length))));
  const lines = rows.flatMap((row) =>
    Array.from({ length: Math.max(...row.map(({ length }) => length)) }, (_, line) =>
      row
        .map((cell, i) => (cell[line] ?? '').padEnd(widths[i]!))
        .join('  ')
        .trimEnd(),
    ),
  );
  return `${lines.join('\n')}\n`;
}

/** The lines of each cell. */
function cellsOf({
  root,
  tag,
  permissions,
  topics,
  factory,
  paymentCallback,
}: FeatureDeclaration): string[][] {
  return [
    [root],
    [tag],
    orDash(
      permissions?.map(({ name, defaultRoles }) =>
        defaultRoles.length > 0 ? `${name} (${defaultRoles.join(', ')})` : name,
      ),
    ),
    orDash(topics?.map(({ name }) => name)),
    [factory ? (factory.dependsOn?.join(', ') ?? 'nothing') : '-'],
    [paymentCallback ? paymentCallback.name : '-'],
  ];
}

function orDash(lines: string[] = []): string[] {
  return lines.length > 0 ? lines : ['-'];
}
