import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, matchesGlob, normalize } from 'node:path';
import { expect, it } from 'vitest';

const WORKSPACE = join(import.meta.dirname, '../../../..');
const read = (file: string): string => readFileSync(join(WORKSPACE, file), 'utf8');
const filesOf = (...globs: string[]): string[] =>
  execFileSync('git', ['ls-files', ...globs], { cwd: WORKSPACE, encoding: 'utf8' })
    .split('\n')
    .filter(Boolean);

/** The folders that the image is built from, and what `.dockerignore` leaves out of them. */
const FOLDERS = ['apps/api', 'libs'];
const leftOut = read('.dockerignore')
  .split('\n')
  .filter((line) => line.includes('/') && !line.startsWith('!'));

const isInImage = (file: string): boolean =>
  FOLDERS.some((folder) => file.startsWith(`${folder}/`)) &&
  !file.startsWith('libs/platform/testing/') &&
  !leftOut.some((pattern) => matchesGlob(file, pattern) || matchesGlob(file, `${pattern}/**`));

it('builds the image without the support of tests: no source imports a file that the image leaves out', () => {
  const files = filesOf('libs/**/*.ts', 'apps/api/**/*.ts');
  const sources = files.filter(isInImage);
  // needs: every-feature
  expect(sources.length).toBeGreaterThan(300);
  // end
  expect(sources.length).toBeLessThan(files.length);
  const missing = sources.flatMap((file) =>
    [...read(file).matchAll(/from '([^']+)'/g)]
      .map(([, path]) => path!)
      .filter((path) =>
        path.startsWith('.')
          ? !isInImage(normalize(join(dirname(file), path)).replace(/\.js$/, '.ts'))
          : /^@gatehouse\/(testing$|.+\/testing$)/.test(path),
      )
      .map((path) => `${file}: ${path}`),
  );
  expect(missing).toEqual([]);
});

interface Manifest {
  name: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}
const manifestOf = (file: string): Manifest => JSON.parse(read(file)) as Manifest;
const packages = filesOf('apps/*/package.json', 'libs/*/*/package.json', 'tools/*/package.json');
const root = manifestOf('package.json');
const inProduction = [...packages.map((file) => manifestOf(file).name), ...Object.keys(root.dependencies!)];
const installed = [...inProduction, ...Object.keys(root.devDependencies!)];

/** Statements at the beginning of a line, so not those within a text. */
const IMPORTED = /^ *(?:import|export|\}|declare module) (?:[^'`\n]*from )?'(@?[a-z][\w./@-]*)'/gm;
/** By code that also runs without the package, or for a package that another one brings. */
const LOADED = /(?:\b(?:import|require|resolve)|createRequire\([^)]*\))\('(@?[a-z][\w./@-]*)'/g;

function namesIn(files: string[], pattern: RegExp): string[] {
  const specifiers = files.flatMap((file) => [...read(file).matchAll(pattern)].map(([, path]) => path!));
  const names = specifiers.map((path) => path.split('/', path.startsWith('@') ? 2 : 1).join('/'));
  return names.filter((name) => !name.startsWith('node:'));
}

it.each(packages)('%s declares the packages that its files use, and no others', (file) => {
  const { name, dependencies = {}, devDependencies = {} } = manifestOf(file);
  const namesOf = (files: string[], optional: string[]): string[] => [
    ...namesIn(files, IMPORTED),
    ...namesIn(files, LOADED).filter((each) => optional.includes(each)),
  ];
  const sorted = (names: string[]): string[] =>
    [...new Set(names)].filter((each) => each !== name).toSorted();
  const files = filesOf(`${dirname(file)}/**/*.ts`);
  const needed = sorted(namesOf(files.filter(isInImage), inProduction));
  expect(Object.keys(dependencies)).toEqual(needed);
  const used = sorted(namesOf(files, installed));
  expect(Object.keys(devDependencies)).toEqual(used.filter((each) => !needed.includes(each)));
});

it('has the versions in the manifest of the root alone, and none there that no package needs', () => {
  const manifests = packages.map(manifestOf);
  const versions = (key: 'dependencies' | 'devDependencies'): [string, string][] =>
    manifests.flatMap((manifest) => Object.entries(manifest[key] ?? {}));
  const dependencies = versions('dependencies');
  const all = [...dependencies, ...versions('devDependencies')];
  expect(all.filter(([name, version]) => version !== '*' || !installed.includes(name))).toEqual([]);
  expect(dependencies.filter(([name]) => !inProduction.includes(name))).toEqual([]);
  const needed = dependencies.map(([name]) => name);
  expect(Object.keys(root.dependencies!).filter((name) => !needed.includes(name))).toEqual([]);
});
