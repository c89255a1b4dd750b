import { dirname } from 'node:path';
import { readJson, type Tree, visitNotIgnoredFiles } from '@nx/devkit';

interface Manifest {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

const KINDS = ['dependencies', 'devDependencies'] as const;

/** Packages that the workspace itself uses, whether or not one of its libraries imports them. */
const TOOLS = ['prettier', 'typescript', 'vitest'];

/** Whether a source of a folder imports a package. */
export function imports(tree: Tree, folder: string, name: string): boolean {
  let found = false;
  visitNotIgnoredFiles(tree, folder, (path) => {
    if (found || !/\.[mc]?[tj]s$/.test(path)) return;
    const source = tree.read(path, 'utf-8')!;
    found = source.includes(`'${name}'`) || source.includes(`'${name}/`);
  });
  return found;
}

/** Names of the packages that the manifests of the libraries, applications and tools declare. */
export function declaredPackages(tree: Tree): Set<string> {
  const manifests = manifestsOf(tree).map((path) => readJson<Manifest>(tree, path));
  return new Set(manifests.flatMap((manifest) => KINDS.flatMap((kind) => Object.keys(manifest[kind] ?? {}))));
}

/**
 * Removes from each manifest the packages that none of its sources imports any more, and from that of the root those that
 * no manifest declares any more.
 * @param before what the manifests declared before
 */
export function dropUnusedPackages(tree: Tree, before: Set<string>): void {
  for (const path of manifestsOf(tree)) keep(tree, path, (name) => imports(tree, dirname(path), name));
  const after = declaredPackages(tree);
  const isUsed = (name: string): boolean => !before.has(name) || after.has(name) || TOOLS.includes(name);
  keep(tree, 'package.json', (name) => isUsed(name) && isUsed(name.replace('@types/', '')));
}

/** Paths of the manifests of libraries, applications and tools. */
export function manifestsOf(tree: Tree): string[] {
  const found: string[] = [];
  visitNotIgnoredFiles(tree, '.', (path) => {
    if (/^(apps|tools|libs\/[^/]+)\/[^/]+\/package\.json$/.test(path)) found.push(path);
  });
  return found;
}

function keep(tree: Tree, path: string, isKept: (name: string) => boolean): void {
  const manifest = readJson<Manifest>(tree, path);
  const kept = { ...manifest };
  for (const kind of KINDS)
    if (manifest[kind])
      kept[kind] = Object.fromEntries(Object.entries(manifest[kind]).filter(([name]) => isKept(name)));
  if (JSON.stringify(kept) !== JSON.stringify(manifest)) tree.write(path, JSON.stringify(kept, undefined, 2));
}
