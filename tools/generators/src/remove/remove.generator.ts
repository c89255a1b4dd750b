import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { formatFiles, type GeneratorCallback, type Tree, updateJson, visitNotIgnoredFiles } from '@nx/devkit';
import { singularOf, snakeCase, wordsOf } from '../words.js';
import { FEATURES, LINK_PACKAGES, runnerIn, scopeOf } from '../workspace.js';
import { withoutFeature } from './needs.js';
import { declaredPackages, dropUnusedPackages } from './packages.js';

export interface RemoveOptions {
  /** Folder of the feature. */
  name: string;
}

/**
 * Removes a feature with all that is its own or needs it, and tells which files still mention it. A second run changes
 * nothing.
 * @returns what completes it once the files are deleted: workspace links and snapshots
 * @throws {Error} when other libraries use it
 */
export default async function removeFeature(tree: Tree, { name }: RemoveOptions): Promise<GeneratorCallback> {
  const completion = () => complete(tree, name);
  if (!tree.exists(`libs/features/${name}`)) {
    console.log(`libs/features/${name} does not exist: nothing is removed`);
    return completion;
  }
  deleteFeature(tree, name);
  await formatFiles(tree);
  return completion;
}

/**
 * Removes a feature from the tree: its library, its tests, what needs it, and libraries and packages that only it used.
 * @throws {Error} when other libraries use it
 */
export function deleteFeature(tree: Tree, name: string): void {
  const users = usersOf(tree, name);
  if (users.length > 0)
    throw new Error(`${name} is used by\n  ${users.join('\n  ')}\nChange or remove these first`);
  const packages = declaredPackages(tree);
  deleteLibrary(tree, `libs/features/${name}`);
  tree.delete(`apps/api-e2e/src/${name}`);
  applyNeeds(tree, name, 'every-feature');
  for (const library of foundations(tree)) deleteLibrary(tree, library);
  dropUnusedPackages(tree, packages);
}

/** Removes the files and passages that need one of the features. */
export function applyNeeds(tree: Tree, ...names: string[]): void {
  visitNotIgnoredFiles(tree, '.', (path) => {
    const text = textOf(tree, path);
    if (!text?.includes('needs: ') || path.startsWith('tools/generators/')) return;
    const rest = names.reduce<string | undefined>((left, name) => left && withoutFeature(left, name), text);
    if (rest === undefined) tree.delete(path);
    else if (rest !== text) tree.write(path, rest);
  });
}

/** Removes applications or tools, and the packages that only they used. */
export function deleteWorkspaces(tree: Tree, folders: readonly string[]): void {
  const packages = declaredPackages(tree);
  for (const folder of folders) {
    tree.delete(folder);
    updateJson(tree, 'tsconfig.json', (config: { references: { path: string }[] }) => ({
      ...config,
      references: config.references.filter(({ path }) => path !== `./${folder}`),
    }));
  }
  dropUnusedPackages(tree, packages);
}

/** Files of other libraries that import the feature. */
export function usersOf(tree: Tree, name: string): string[] {
  return filesWith(tree, new RegExp(`from '@${scopeOf(tree)}/${name}(/[^']*)?'`)).filter(
    (path) => path.startsWith('libs/') && !path.startsWith(`libs/features/${name}/`),
  );
}

/** Libraries whose module is registered beside the features, although no other library uses them any more. */
function foundations(tree: Tree): string[] {
  const names = [...tree.read(FEATURES, 'utf-8')!.matchAll(/from '@[^/]+\/([\w-]+)'/g)].map(
    ([, name]) => name!,
  );
  return names
    .map((name) => `libs/platform/${name}`)
    .filter((library) => tree.exists(library) && usersOf(tree, library.split('/').at(-1)!).length === 0);
}

function deleteLibrary(tree: Tree, library: string): void {
  const name = library.split('/').at(-1)!;
  const packageName = `@${scopeOf(tree)}/${name}`;
  tree.delete(library);
  unregister(tree, packageName);
  for (const path of filesWith(
    tree,
    new RegExp(`"${packageName}"|/${library.slice('libs/'.length)}"|"feature:${name}"`),
  ))
    if (/(package|tsconfig|\.oxlintrc)\.json$/.test(path)) forget(tree, path, library, packageName);
}

function unregister(tree: Tree, packageName: string): void {
  const source = tree.read(FEATURES, 'utf-8')!;
  const [line, module] = new RegExp(`import { (\\w+) } from '${packageName}';\n`).exec(source) ?? [];
  if (!line) return;
  tree.write(FEATURES, source.replace(line, '').replace(new RegExp(`^ *${module},\n`, 'm'), ''));
}

/** Removes a library from a manifest, from project references, or from the rules of the linter. */
function forget(tree: Tree, path: string, library: string, packageName: string): void {
  const [, layer, name] = library.split('/');
  const isOther = (value: unknown): boolean =>
    value !== `feature:${name}` && !(value as { path?: string } | null)?.path?.endsWith(`/${layer}/${name}`);
  const json = JSON.parse(tree.read(path, 'utf-8')!, (_, value: unknown) => {
    if (Array.isArray(value)) return value.filter(isOther);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).filter(([key]) => key !== packageName));
  }) as object;
  tree.write(path, JSON.stringify(json, undefined, 2));
}

function filesWith(tree: Tree, pattern: RegExp): string[] {
  const found: string[] = [];
  visitNotIgnoredFiles(tree, '.', (path) => {
    if (pattern.test(textOf(tree, path) ?? '')) found.push(path);
  });
  return found;
}

/** @returns `undefined` for a binary file */
function textOf(tree: Tree, path: string): string | undefined {
  const content = tree.read(path);
  return content && !content.includes(0) ? content.toString('utf8') : undefined;
}

function complete(tree: Tree, name: string): void {
  const run = runnerIn(tree);
  rmSync(join(tree.root, 'libs/features', name), { recursive: true, force: true });
  run(...LINK_PACKAGES);
  run('npx', 'nx', 'sync');
  run('npm', 'run', 'snapshots');
  const singular = singularOf(name);
  const forms = new Set([name, singular].flatMap((word) => [word, snakeCase(word), wordsOf(word)]));
  const mentioned = filesWith(tree, new RegExp(`(?<![a-z])(${[...forms].join('|')})(?![a-z])`, 'i'));
  const others = mentioned.filter((path) => path !== 'package-lock.json');
  if (others.length > 0) console.log(`\nThese files still mention it:\n  ${others.join('\n  ')}`);
  console.log('\nA database keeps its tables until `npm run db:reset`.');
}
