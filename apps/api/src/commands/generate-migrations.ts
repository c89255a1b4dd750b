import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Type } from '@nestjs/common';
import { createDataSource, type DatabaseOptions } from '@gatehouse/database';
import { declarationsOf, type FeatureDeclaration } from '@gatehouse/modules';
import { changedChecks } from './changed-checks.js';

export interface GenerateOptions {
  /** Description of the change, as in `add-subtitle-to-books`. */
  name: string;
  /** A migrated database with all entities. */
  database: DatabaseOptions;
  features: readonly Type<unknown>[];
  /** The folder that contains `libs/`. */
  workspace: string;
}

/**
 * Writes migrations for all changed entities, and adds each to the module of its feature.
 * @returns the files of the migrations, none when the tables match the entities
 */
export async function generateMigrations({
  name,
  database,
  features,
  workspace,
}: GenerateOptions): Promise<string[]> {
  const written: string[] = [];
  for (const [index, { entities }] of declarationsOf(features).entries()) {
    const timestamp = Date.now();
    const className = name.replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase()) + timestamp;
    const source = await sourceOf(className, database, entities ?? []);
    if (!source) continue;
    const module = fileOf(features[index]!, workspace);
    const file = join(dirname(module), 'migrations', `${timestamp}-${name}.ts`);
    await writeFormatted(file, source);
    await writeFormatted(module, register(readFileSync(module, 'utf8'), className, `${timestamp}-${name}`));
    written.push(relative(workspace, file));
  }
  return written;
}

/** The source of the migration that brings the tables of some entities up to date; undefined when they are. */
async function sourceOf(
  className: string,
  database: DatabaseOptions,
  entities: NonNullable<FeatureDeclaration['entities']>,
): Promise<string | undefined> {
  const dataSource = await createDataSource(database).initialize();
  try {
    const own = entities.map((entity) => dataSource.getMetadata(entity));
    for (const metadata of dataSource.entityMetadatas) metadata.synchronize &&= own.includes(metadata);
    const { upQueries, downQueries } = await dataSource.driver.createSchemaBuilder().log();
    const checks = await changedChecks(dataSource, own);
    const up = [...upQueries.map(({ query }) => query), ...checks.map((check) => check.up)];
    const down = [...downQueries.map(({ query }) => query), ...checks.map((check) => check.down)];
    const calls = (queries: string[]) =>
      queries.map((query) => `await queryRunner.query(${JSON.stringify(query)});`).join('\n');
    if (up.length === 0) return undefined;
    return `
      import type { MigrationInterface, QueryRunner } from 'typeorm';

      export class ${className} implements MigrationInterface {
        async up(queryRunner: QueryRunner): Promise<void> {
          ${calls(up)}
        }

        async down(queryRunner: QueryRunner): Promise<void> {
          ${calls(down.toReversed())}
        }
      }`;
  } finally {
    await dataSource.destroy();
  }
}

/** Finds the source file of a feature's module. */
function fileOf({ name }: Type<unknown>, workspace: string): string {
  const file = globSync(join(workspace, 'libs/*/*/src/*.module.ts')).find((each) =>
    readFileSync(each, 'utf8').includes(`export class ${name} `),
  );
  if (!file) throw new Error(`No file libs/*/*/src/*.module.ts exports ${name}`);
  return file;
}

/** Adds a migration to the source of a module. */
function register(module: string, className: string, file: string): string {
  const list = module.includes('migrations: [')
    ? module.replace(/(migrations: \[[^\]]*?),?\s*\]/, `$1, ${className}]`)
    : module.replace('entities: [', `migrations: [${className}],\nentities: [`);
  return list.replace(
    /^import .* from '\.\//m,
    `import { ${className} } from './migrations/${file}.js';\n$&`,
  );
}

async function writeFormatted(file: string, source: string): Promise<void> {
  mkdirSync(dirname(file), { recursive: true });
  // Not installed in production.
  const { default: prettier } = await import('prettier');
  const options = await prettier.resolveConfig(file);
  writeFileSync(file, await prettier.format(source, { ...options, filepath: file }));
}
