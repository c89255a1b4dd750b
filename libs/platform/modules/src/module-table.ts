import { textTable } from '@gatehouse/text';
import type { FeatureDeclaration } from './feature-declaration.js';

const FIRST = ['root', 'tag'];
/** Shown elsewhere, or only used by the code. */
const HIDDEN = ['description', 'entities', 'migrations'];

/** Formats the declarations of features as aligned text: a feature takes as many lines as its longest list. */
export function moduleTable(features: readonly FeatureDeclaration[]): string {
  const keys = [...new Set([...FIRST, ...features.flatMap((feature) => Object.keys(feature))])].filter(
    (key) => !HIDDEN.includes(key),
  );
  const rows = features.flatMap((feature) => {
    const cells = keys.map((key) => namesIn(Reflect.get(feature, key)));
    const height = Math.max(...cells.map(({ length }) => length));
    return Array.from({ length: height }, (_, line) =>
      cells.map((cell) => cell[line] ?? (line === 0 ? '-' : '')),
    );
  });
  return textTable([keys.map(titleOf), ...rows]);
}

/** `PAYMENT CALLBACK` for `paymentCallback`. */
function titleOf(key: string): string {
  return key.replace(/[A-Z]/g, ' $&').toUpperCase();
}

function namesIn(value: unknown): string[] {
  if (value === undefined) return [];
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(namesIn);
  const { name, defaultRoles = [], use, dependsOn = [] } = value as Thing;
  const more = [...defaultRoles, ...dependsOn.map((root) => `after ${root}`)];
  return [`${name ?? use?.name}${more.length > 0 ? ` (${more.join(', ')})` : ''}`];
}

/** A class, a named item, or a factory. */
interface Thing {
  name?: string;
  defaultRoles?: string[];
  use?: { name: string };
  dependsOn?: string[];
}
