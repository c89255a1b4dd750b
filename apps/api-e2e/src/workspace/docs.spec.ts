import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, matchesGlob } from 'node:path';
import { expect, it } from 'vitest';

const WORKSPACE = join(import.meta.dirname, '../../../..');

const read = (file: string): string => readFileSync(join(WORKSPACE, file), 'utf8');

const git = (...args: string[]): string[] =>
  execFileSync('git', args, { cwd: WORKSPACE, encoding: 'utf8' }).trim().split('\n');

const files = git('ls-files');
const folders = new Set(files.map(dirname));
const docs = files.filter((file) => /^(README|CONTRIBUTING|docs\/.+)\.md$/.test(file));

/** The part of each match that `pattern` captures, with the document in front. */
const mentions = (pattern: RegExp): { doc: string; name: string }[] =>
  docs.flatMap((doc) => [...read(doc).matchAll(pattern)].map(([, name]) => ({ doc, name: name! })));

/** A mention is complete, or the end of a path; `<name>` and `*` stand for anything. */
const isFile = (name: string): boolean => {
  const pattern = `**/${name.replace(/<\w+>/g, '*')}`;
  return files.some((file) => file.endsWith(`/${name}`) || matchesGlob(file, pattern));
};

const isFolder = (name: string): boolean =>
  [...folders].some((folder) => folder === name || folder.startsWith(`${name}/`));

it('links to files that exist', () => {
  const links = mentions(/\]\((?!https?:)([^)#]+)/g);
  expect(links.length).toBeGreaterThan(30);
  expect(links.filter(({ doc, name }) => !existsSync(join(WORKSPACE, dirname(doc), name)))).toEqual([]);
});

it('names files that exist', () => {
  const named = mentions(/`([\w.@<*-][\w./@<>*-]*\.(?:ts|mjs|md|json|yml|conf|sh))`/g);
  expect(named.length).toBeGreaterThan(60);
  expect(named.filter(({ name }) => !isFile(name))).toEqual([]);
});

it('names folders and libraries that exist', () => {
  const named = mentions(/`((?:apps|docs|docker|libs|tools|\.ci)(?:\/[\w-]+)*)`/g);
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(({ name }) => !isFolder(name) && !files.includes(name))).toEqual([]);
});

it('names npm scripts that exist', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: object };
  const named = mentions(/npm run (?:--silent )?([\w:-]+)/g);
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(({ name }) => !(name in scripts))).toEqual([]);
});

it('has the documents that the source names', () => {
  const named = git('grep', '-ohE', 'docs/[a-z/-]+\\.md');
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((name) => !files.includes(name))).toEqual([]);
});
