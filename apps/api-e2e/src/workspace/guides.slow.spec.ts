import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** The TypeScript of each guide, as files beside the HTTP tests, where all libraries can be imported. */
const blocks = new Map(
  globSync('docs/guides/*.md', { cwd: root }).flatMap((guide) =>
    [...readFileSync(join(root, guide), 'utf8').matchAll(/^```ts\n(.*?)^```/gms)].map(([, code], index) => {
      const [, name] = /^\/\/ (?:\S+\/)?(\S+\.ts)\n/.exec(code!) ?? [];
      const file = name ?? `${basename(guide, '.md')}-${index}.ts`;
      return [join(root, 'apps/api-e2e/src/guides', file), code!] as const;
    }),
  ),
);

it('the TypeScript in the guides compiles', () => {
  expect(blocks.size).toBeGreaterThan(5);
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const checked = { ...options, composite: false, noEmit: true };
  const host = ts.createCompilerHost(checked);
  const { fileExists, readFile, getSourceFile } = host;
  host.directoryExists = undefined;
  host.fileExists = (path) => blocks.has(path) || fileExists(path);
  host.readFile = (path) => blocks.get(path) ?? readFile(path);
  host.getSourceFile = (path, version, ...rest) =>
    blocks.has(path)
      ? ts.createSourceFile(path, blocks.get(path)!, version)
      : getSourceFile(path, version, ...rest);
  const program = ts.createProgram([...blocks.keys()], checked, host);
  const errors = [...blocks.keys()]
    .map((path) => program.getSourceFile(path)!)
    .flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]);
  expect(
    errors.map(
      ({ file, messageText }) =>
        `${basename(file!.fileName)}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
    ),
  ).toEqual([]);
});
