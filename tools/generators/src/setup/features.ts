import { readJson, type Tree } from '@nx/devkit';
import { scopeOf } from '../workspace.js';

/** Features without which the gate has no callers. */
const ALWAYS = ['auth', 'users'];

/** Names of the features of the workspace. */
export function featuresOf(tree: Tree): string[] {
  return tree.children('libs/features');
}

/**
 * The features that stay when some are kept: these, those that they use, and users with their log-in.
 * @throws {Error} for a name that is no feature
 */
export function featuresWith(tree: Tree, kept: readonly string[]): string[] {
  const known = featuresOf(tree);
  const unknown = kept.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new Error(`There is no feature "${unknown.join('", "')}". The features are ${known.join(', ')}`);
  const stay = new Set([...ALWAYS, ...kept]);
  for (const name of stay) for (const used of usedBy(tree, name)) stay.add(used);
  return known.filter((name) => stay.has(name));
}

/** Orders features so that each comes before those that it uses, as they can be removed. */
export function removalOrder(tree: Tree, names: readonly string[]): string[] {
  const left = new Set(names);
  const order: string[] = [];
  while (left.size > 0) {
    const used = new Set([...left].flatMap((name) => usedBy(tree, name)));
    for (const name of [...left].filter((each) => !used.has(each))) {
      order.push(name);
      left.delete(name);
    }
  }
  return order;
}

function usedBy(tree: Tree, name: string): string[] {
  const { dependencies = {} } = readJson<{ dependencies?: object }>(
    tree,
    `libs/features/${name}/package.json`,
  );
  const packages = Object.keys(dependencies);
  return featuresOf(tree).filter((each) => packages.includes(`@${scopeOf(tree)}/${each}`));
}
