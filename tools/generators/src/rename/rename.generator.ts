import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { formatFiles, type GeneratorCallback, readJson, type Tree, visitNotIgnoredFiles } from '@nx/devkit';
import { camelCase, pascalCase, snakeCase } from '../words.js';
import { LINK_PACKAGES, runnerIn } from '../workspace.js';

export interface RenameOptions {
  /** In kebab-case. */
  name: string;
  /** Name for people; by default the name with capitals and spaces. */
  title?: string;
}

/**
 * Renames the project everywhere: packages, cookies, prefixes, databases, titles, documents and names of files. A second
 * run changes nothing.
 * @returns what completes it once the files are written: the links of the packages
 */
export default async function rename(
  tree: Tree,
  { name, title = titleFrom(name) }: RenameOptions,
): Promise<GeneratorCallback> {
  const old = renameAll(tree, { name, title });
  await formatFiles(tree);
  return () => {
    rmSync(join(tree.root, 'node_modules', `@${old}`), { recursive: true, force: true });
    const run = runnerIn(tree);
    run(...LINK_PACKAGES);
    run('npm', 'run', 'build');
  };
}

/** Renames the project in the texts and the names of all files. @returns the old name */
export function renameAll(tree: Tree, { name, title }: Required<RenameOptions>): string {
  const manifest = readJson<{ name: string; title?: string }>(tree, 'package.json');
  const old = { name: manifest.name, title: manifest.title ?? titleFrom(manifest.name) };
  const replace = replacer(old, { name, title });
  visitNotIgnoredFiles(tree, '.', (path) => {
    const content = tree.read(path);
    if (content && !content.includes(0)) {
      const text = content.toString('utf8');
      const replaced = replace(text);
      if (replaced !== text) tree.write(path, replaced);
    }
    const renamed = replace(path);
    if (renamed !== path) tree.rename(path, renamed);
  });
  const renamed = readJson<object>(tree, 'package.json');
  tree.write('package.json', JSON.stringify({ ...renamed, title }, undefined, 2));
  return old.name;
}

/** Returns a function that replaces a project's name in each of the forms in which a text can have it. */
export function replacer(
  old: Required<RenameOptions>,
  next: Required<RenameOptions>,
): (text: string) => string {
  const forms: [pattern: string, replacement: string][] = [
    [`(?<![A-Za-z])${escape(old.title)}(?![A-Za-z])`, next.title],
    [pascalCase(old.name), pascalCase(next.name)],
    [snakeCase(old.name).toUpperCase(), snakeCase(next.name).toUpperCase()],
    [`${snakeCase(old.name)}(?=_)|(?<=_)${snakeCase(old.name)}`, snakeCase(next.name)],
    [`${camelCase(old.name)}(?=[A-Z])`, camelCase(next.name)],
    [escape(old.name), next.name],
  ];
  const pattern = new RegExp(forms.map(([form]) => `(${form})`).join('|'), 'g');
  return (text) =>
    text.replace(
      pattern,
      (...found: unknown[]) => forms[found.slice(1).findIndex((form) => form !== undefined)]![1],
    );
}

/** Name for people of a name in kebab-case. */
export function titleFrom(name: string): string {
  return name.replace(
    /(?:^|-)(.)/g,
    (_, letter: string, at: number) => (at > 0 ? ' ' : '') + letter.toUpperCase(),
  );
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\-]/g, '\\$&');
}
