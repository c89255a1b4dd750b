import { formatFiles, type GeneratorCallback, type Tree, visitNotIgnoredFiles } from '@nx/devkit';
import { singularOf, snakeCase, wordsOf } from '../words.js';
import { FEATURES, LINK_PACKAGES, runnerIn, scopeOf } from '../workspace.js';

export interface RemoveOptions {
  /** Folder of the feature. */
  name: string;
}

/**
 * Removes a feature with all that is its own, and tells which files still mention it. A second run changes nothing.
 * @returns what completes it once the files are deleted: workspace links and snapshots
 * @throws {Error} when other libraries use it
 */
export default async function removeFeature(tree: Tree, { name }: RemoveOptions): Promise<GeneratorCallback> {
  const library = `libs/features/${name}`;
  const completion = () => complete(tree, name);
  if (!tree.exists(library)) {
    console.log(`${library} does not exist: nothing is removed`);
    return completion;
  }
  const packageName = `@${scopeOf(tree)}/${name}`;
  const users = filesWith(tree, new RegExp(`from '${packageName}(/[^']*)?'`)).filter(
    (path) => path.startsWith('libs/') && !path.startsWith(`${library}/`),
  );
  if (users.length > 0)
    throw new Error(`${name} is used by\n  ${users.join('\n  ')}\nChange or remove these first`);
  tree.delete(library);
  tree.delete(`apps/api-e2e/src/${name}`);
  unregister(tree, packageName);
  for (const path of filesWith(tree, new RegExp(`"${packageName}"|/features/${name}"|"feature:${name}"`)))
    if (/(package|tsconfig|\.oxlintrc)\.json$/.test(path)) forget(tree, path, name, packageName);
  await formatFiles(tree);
  return completion;
}

function unregister(tree: Tree, packageName: string): void {
  const source = tree.read(FEATURES, 'utf-8')!;
  const [line, module] = new RegExp(`import { (\\w+) } from '${packageName}';\n`).exec(source) ?? [];
  if (!line) return;
  tree.write(FEATURES, source.replace(line, '').replace(new RegExp(`^ *${module},\n`, 'm'), ''));
}

/** Removes the feature from a manifest, from project references, or from the rules of the linter. */
function forget(tree: Tree, path: string, name: string, packageName: string): void {
  const isOther = (value: unknown): boolean =>
    value !== `feature:${name}` && !(value as { path?: string } | null)?.path?.endsWith(`/features/${name}`);
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
    const content = tree.read(path);
    if (content && !content.includes(0) && pattern.test(content.toString('utf8'))) found.push(path);
  });
  return found;
}

function complete(tree: Tree, name: string): void {
  const run = runnerIn(tree);
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
