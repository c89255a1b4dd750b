import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import ts from 'typescript';
import { features } from '@gatehouse/api';
import { Environment, type SettingsClass } from '@gatehouse/config';
import { declarationsOf } from '@gatehouse/modules';

const WORKSPACE = join(import.meta.dirname, '../../../..');

const INTRODUCTION = `# Configuration

Settings are environment variables. They are validated at start, and one message reports all errors; a file \`.env\` in the
current folder (UTF-8 or UTF-16) is read as well. A variable that looks like a misspelt setting is reported. An empty or
blank variable counts as not set. In the user and password of a URL, everything except letters and digits must be
percent-encoded, e.g. \`#\` as \`%23\`.

This page is generated from the settings classes by \`npm run snapshots\`.
`;

/** The text of `docs/configuration.md`: each setting with its default and its comment. */
export async function configurationPage(): Promise<string> {
  const parts = declarationsOf(features).flatMap(({ tag, settings }) =>
    settings ? [{ tag, settings }] : [],
  );
  const sections = [{ tag: 'The application', settings: Environment as SettingsClass }, ...parts].map(
    section,
  );
  const options = JSON.parse(readFileSync(join(WORKSPACE, '.prettierrc.json'), 'utf8')) as object;
  return format([INTRODUCTION, ...sections].join('\n'), { ...options, parser: 'markdown' });
}

function section({ tag, settings }: { tag: string; settings: SettingsClass }): string {
  const { file, properties } = declarationOf(settings.name);
  const defaults = new settings();
  const rows = properties.map(({ name, text }) => {
    const value: unknown = Reflect.get(defaults, name);
    const none = value === undefined || (Array.isArray(value) && value.length === 0);
    return `| \`${name}\` | ${none ? '' : `\`${String(value)}\``} | ${text} |`;
  });
  const table = ['| variable | default | |', '| --- | --- | --- |', ...rows].join('\n');
  return `## ${tag}\n\nDeclared in [${file.split('/').at(-1)}](../${file}).\n\n${table}\n`;
}

/** Finds the file of a settings class, and the class's decorated properties. */
function declarationOf(className: string): { file: string; properties: { name: string; text: string }[] } {
  for (const file of execFileSync(
    'git',
    ['ls-files', '--cached', '--others', '*.settings.ts', '*/environment.ts'],
    {
      cwd: WORKSPACE,
      encoding: 'utf8',
    },
  )
    .trim()
    .split('\n')
    .filter((path) => existsSync(join(WORKSPACE, path)))) {
    const source = ts.createSourceFile(
      file,
      readFileSync(join(WORKSPACE, file), 'utf8'),
      ts.ScriptTarget.Latest,
      true,
    );
    const found = source.statements.find(
      (statement) => ts.isClassDeclaration(statement) && statement.name?.text === className,
    ) as ts.ClassDeclaration | undefined;
    if (found) return { file, properties: found.members.filter(isSetting).map(described) };
  }
  throw new Error(`${className} was not found in any settings file`);
}

const isSetting = (member: ts.ClassElement): member is ts.PropertyDeclaration =>
  ts.isPropertyDeclaration(member) && ts.getDecorators(member) !== undefined;

function described(member: ts.PropertyDeclaration): { name: string; text: string } {
  const comments = ts
    .getJSDocCommentsAndTags(member)
    .map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? '');
  return { name: member.name.getText(), text: comments.join(' ').replace(/\s+/g, ' ') };
}
