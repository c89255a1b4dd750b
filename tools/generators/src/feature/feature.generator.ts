import { join } from 'node:path';
import { formatFiles, generateFiles, type GeneratorCallback, type Tree, updateJson } from '@nx/devkit';
import { type Column, columnOf, type Reference } from './columns.js';
import { readFields } from './fields.js';
import { findResource } from './resources.js';
import { camelCase, pascalCase, singularOf, snakeCase, titleOf, wordsOf } from '../words.js';
import { FEATURES, LINK_PACKAGES, runnerIn, scopeOf } from '../workspace.js';

export interface FeatureOptions {
  /** Plural name of the resource in kebab-case. */
  name: string;
  /** See {@link readFields}. */
  fields: string;
  /** Singular name, when it does not follow from the plural. */
  singular?: string;
}

const FILES = join(import.meta.dirname, '../../src/feature/files');
/**
 * Writes a feature with the routes of one resource, and registers it. The files of a feature that exists are left as
 * they are.
 * @returns what completes it once the files are written: workspace links, migration and snapshots
 */
export default async function generateFeature(
  tree: Tree,
  options: FeatureOptions,
): Promise<GeneratorCallback> {
  const { name } = options;
  const library = `libs/features/${name}`;
  const completion = () => complete(tree, name);
  if (tree.exists(library)) {
    console.log(`${library} exists already: its files are left as they are`);
    return completion;
  }
  const scope = scopeOf(tree);
  const variables = { scope, ...namesOf(options), ...partsOf(tree, options) };
  generateFiles(tree, join(FILES, 'lib'), library, variables);
  generateFiles(tree, join(FILES, 'http'), `apps/api-e2e/src/${name}`, variables);
  register(tree, name, variables.Plural, scope);
  await formatFiles(tree);
  return completion;
}

function namesOf({ name: plural, singular = singularOf(plural) }: FeatureOptions) {
  const [variable, words] = [camelCase(singular), wordsOf(singular)];
  if (singular === plural) throw new Error(`Give the singular of "${plural}", as in --singular shelf`);
  return {
    plural,
    singular,
    Plural: pascalCase(plural),
    Singular: pascalCase(singular),
    variables: camelCase(plural),
    variable,
    alias: variable,
    rows: 'rows',
    words,
    wordsPlural: wordsOf(plural),
    aSingular: `${/^[aeiou]/.test(words) ? 'an' : 'a'} ${words}`,
    title: titleOf(singular),
    titlePlural: titleOf(plural),
    table: snakeCase(plural),
    ownId: `${variable}Id`,
    ownColumn: `${snakeCase(singular)}_id`,
  };
}

function partsOf(tree: Tree, options: FeatureOptions) {
  const { table, Singular } = namesOf(options);
  const columns = readFields(options.fields).map((field) =>
    columnOf(field, table, (singular) => findResource(tree, singular)),
  );
  const isReferring = (column: Column): column is Column & { reference: Reference } =>
    column.reference !== undefined;
  const referring = columns.filter(isReferring);
  const links = referring
    .filter(({ reference }) => reference.isList)
    .map((column) => {
      const otherId = column.property.slice(0, -1);
      const other = pascalCase(otherId).slice(0, -2);
      const otherType = column.type.slice(0, -2);
      return { ...column, otherId, otherType, entity: Singular + other, method: `link${other}s` };
    });
  const checks = columns.some(({ check }) => check);
  const foreignKeys = referring.length > 0;
  const asked = referring.filter(({ isNullable }) => !isNullable);
  const change = columns.find(({ reference }) => !reference);
  return {
    columns,
    links,
    referring,
    references: referring,
    constraints: referring.map(({ reference }) => reference),
    required: asked.filter(({ reference }) => !reference.isList),
    asked: asked.map(({ property, reference }) => ({
      property,
      path: `/api/v1/${reference.table.replaceAll('_', '-')}`,
    })),
    has: asked.length > 0,
    roots: [...new Set(asked.map(({ reference }) => reference.root))],
    entities: [Singular, ...links.map(({ entity }) => entity)],
    change: change ? `{ ${change.property}: ${change.other} }` : '{}',
    fieldImports: [
      ...new Set(['DateTimeField', 'PatchType', 'UuidField', ...columns.flatMap(({ imports }) => imports)]),
    ].toSorted(),
    entityImports: [
      ...(checks ? ['Check'] : []),
      'Column',
      'CreateDateColumn',
      'Entity',
      ...(foreignKeys ? ['ForeignKey'] : []),
      'Index',
      'PrimaryColumn',
      'UpdateDateColumn',
    ],
  };
}

/** Adds the module to the application. */
function register(tree: Tree, name: string, Plural: string, scope: string): void {
  const source = tree.read(FEATURES, 'utf-8')!;
  const end = source.lastIndexOf('];');
  const lastImport = source.lastIndexOf('\nimport ');
  const afterImports = source.indexOf(';\n', lastImport) + 2;
  tree.write(
    FEATURES,
    source.slice(0, afterImports) +
      `import { ${Plural}Module } from '@${scope}/${name}';\n` +
      source.slice(afterImports, end) +
      `  ${Plural}Module,\n` +
      source.slice(end),
  );
  updateJson(tree, 'apps/api/package.json', (manifest: { dependencies: Record<string, string> }) => {
    const dependencies = { ...manifest.dependencies, [`@${scope}/${name}`]: '*' };
    const sorted = Object.entries(dependencies).toSorted(([a], [b]) => (a < b ? -1 : 1));
    return { ...manifest, dependencies: Object.fromEntries(sorted) };
  });
}

/** Links the new package, and writes what follows from the sources: references, migration, snapshots. */
function complete(tree: Tree, name: string): void {
  const run = runnerIn(tree);
  run(...LINK_PACKAGES);
  run('npx', 'nx', 'sync');
  run('npm', 'run', 'db:generate', '--', `create-${name}`);
  run('npm', 'run', 'snapshots');
}
