import { type DataSource, type EntityMetadata, QueryFailedError, type QueryRunner } from 'typeorm';

/** Statements that replace a check, and that restore it. */
export interface ChangedCheck {
  up: string;
  down: string;
}

/** Finds the checks whose expression differs from the entity's. TypeORM compares only their names. */
export async function changedChecks(
  dataSource: DataSource,
  entities: EntityMetadata[],
): Promise<ChangedCheck[]> {
  const runner = dataSource.createQueryRunner();
  try {
    const changed: ChangedCheck[] = [];
    for (const { tableName, checks } of entities)
      for (const { name, expression } of checks)
        changed.push(...(await compare(runner, `"${tableName}"`, name, `CHECK (${expression})`)));
    return changed;
  } finally {
    await runner.release();
  }
}

/** Replaces the check in a transaction that is rolled back, since only PostgreSQL can tell whether two are equal. */
async function compare(
  runner: QueryRunner,
  table: string,
  name: string,
  wanted: string,
): Promise<ChangedCheck[]> {
  const replaceBy = (definition: string) =>
    `ALTER TABLE ${table} DROP CONSTRAINT "${name}", ADD CONSTRAINT "${name}" ${definition}`;
  const present = await definitionOf(runner, table, name);
  if (!present) return [];
  await runner.startTransaction();
  try {
    // Rows that it refuses are the concern of the migration.
    await runner.query(replaceBy(`${wanted} NOT VALID`));
    if (`${present} NOT VALID` === (await definitionOf(runner, table, name))) return [];
  } catch (error) {
    if (!needsMissingColumn(error)) throw error;
  } finally {
    await runner.rollbackTransaction();
  }
  return [{ up: replaceBy(wanted), down: replaceBy(present) }];
}

function needsMissingColumn(error: unknown): boolean {
  return error instanceof QueryFailedError && error.driverError.code === '42703';
}

async function definitionOf(runner: QueryRunner, table: string, name: string): Promise<string | undefined> {
  const [row] = await runner.query(
    'SELECT pg_get_constraintdef(oid) AS definition FROM pg_constraint WHERE conrelid = to_regclass($1) AND conname = $2',
    [table, name],
  );
  return row?.definition;
}
