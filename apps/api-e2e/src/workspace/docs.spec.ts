import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, matchesGlob } from 'node:path';
// needs: every-feature
import ts from 'typescript';
// end
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
  // needs: every-feature
  expect(links.length).toBeGreaterThan(30);
  // end
  expect(links.filter(({ doc, name }) => !existsSync(join(WORKSPACE, dirname(doc), name)))).toEqual([]);
});

it('names files that exist', () => {
  const named = mentions(/`([\w.@<*-][\w./@<>*-]*\.(?:ts|mjs|md|json|yml|conf|sh))`/g);
  // needs: every-feature
  expect(named.length).toBeGreaterThan(60);
  // end
  expect(named.filter(({ name }) => !isFile(name))).toEqual([]);
});

it('names folders and libraries that exist', () => {
  const named = mentions(/`((?:apps|docs|docker|libs|tools|\.ci)(?:\/[\w-]+)*)`/g);
  // needs: every-feature
  expect(named.length).toBeGreaterThan(20);
  // end
  expect(named.filter(({ name }) => !isFolder(name) && !files.includes(name))).toEqual([]);
});

it('names npm scripts that exist', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: object };
  const named = mentions(/npm run (?:--silent )?([\w:-]+)/g);
  // needs: every-feature
  expect(named.length).toBeGreaterThan(20);
  // end
  expect(named.filter(({ name }) => !(name in scripts))).toEqual([]);
});

it('has the documents that the source names', () => {
  const named = git('grep', '-ohE', 'docs/[a-z/-]+\\.md');
  // needs: every-feature
  expect(named.length).toBeGreaterThan(10);
  // end
  expect(named.filter((name) => !files.includes(name))).toEqual([]);
});

// needs: every-feature
/** The pages whose tables say which test proves what. */
const PROOFS = ['docs/seeds.md', 'docs/contract-tests.md'];

/** The names of the tests in a spec, as they are written there. */
function testsIn(spec: string): Set<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /^(it|each|describe\w*)\b/.test(node.expression.getText())) {
      const [name] = node.arguments;
      if (name && ts.isStringLiteralLike(name)) names.add(name.text);
      else if (name && ts.isTemplateExpression(name)) names.add(name.getText().slice(1, -1));
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(spec, read(spec), ts.ScriptTarget.Latest, true));
  return names;
}

const rowsOf = (doc: string): string[] =>
  read(doc)
    .split('\n')
    .filter((line) => /^\| (?!-|No\.|Statement)/.test(line));

it.each(PROOFS)('%s names tests that exist', (doc) => {
  const specs = new Map(
    [...read(doc).matchAll(/^\[([^\]]+)\]: (\S+)$/gm)].map(([, key, path]) => [key, path!]),
  );
  const tests = new Map([...specs].map(([key, path]) => [key, testsIn(join(dirname(doc), path))]));
  const named = [...read(doc).matchAll(/\[([^\]]+)\]\[([^\]]+)\]/g)].map(([, name, key]) => ({
    name: name!.replaceAll(/\\([^\w\s])/g, '$1'),
    key: key!,
  }));
  expect(named.length).toBeGreaterThan(100);
  expect(named.filter(({ name, key }) => !tests.get(key)?.has(name))).toEqual([]);
  expect([...specs.keys()].filter((key) => !named.some((each) => each.key === key))).toEqual([]);
});

it.each(PROOFS)('%s has a test, or the reason why there is none, in each row', (doc) => {
  expect(rowsOf(doc).length).toBeGreaterThan(50);
  expect(rowsOf(doc).filter((row) => !/\]\[|No test: /.test(row))).toEqual([]);
});

it('answers each of the 213 requirements, in order', () => {
  const numbers = rowsOf('docs/seeds.md').map((row) => Number(/^\| (\d+) +\|/.exec(row)?.[1]));
  expect(numbers).toEqual(Array.from({ length: 213 }, (_, i) => i + 1));
});
// end
