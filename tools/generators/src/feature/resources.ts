import type { Tree } from '@nx/devkit';
import { visitNotIgnoredFiles } from '@nx/devkit';
import { camelCase, pluralOf, snakeCase } from '../words.js';

/** A resource of a feature in the workspace. */
export interface Resource {
  table: string;
  /** Type of its ids. */
  id: 'uuid' | 'integer';
  /** Root of its feature, by which development data depend on each other. */
  root: string;
}

/**
 * Finds a resource by its singular name.
 * @throws {Error} when no feature has an entity with its table
 */
export function findResource(tree: Tree, singular: string): Resource {
  const table = snakeCase(pluralOf(singular));
  let found: Resource | undefined;
  visitNotIgnoredFiles(tree, 'libs/features', (path) => {
    if (!path.endsWith('.entity.ts')) return;
    const source = tree.read(path, 'utf-8')!;
    if (!source.includes(`@Entity('${table}')`)) return;
    const id = /@PrimaryGeneratedColumn\('identity'|@PrimaryColumn\('integer'/.test(source)
      ? 'integer'
      : 'uuid';
    found = { table, id, root: rootOf(tree, path.split('/')[2]!) };
  });
  if (!found) throw new Error(`No feature has a table "${table}" for the type "${camelCase(singular)}"`);
  return found;
}

function rootOf(tree: Tree, library: string): string {
  const source = tree.read(`libs/features/${library}/src/${library}.module.ts`, 'utf-8') ?? '';
  return /root: '([^']+)'/.exec(source)?.[1] ?? library;
}
