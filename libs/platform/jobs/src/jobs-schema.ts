import { getConstructionPlans, getMigrationPlans } from 'pg-boss';
import type { QueryRunner } from 'typeorm';

/** The PostgreSQL schema of pg-boss's tables, separate from the application's own. */
export const JOBS_SCHEMA = 'jobs';

/**
 * Schema version of the installed pg-boss. When an update raises it, add a migration that calls {@link
 * upgradeJobsSchema}.
 */
export const JOBS_SCHEMA_VERSION = 43;

/**
 * Precedes each statement that must be sent separately after the transaction, since it builds an index concurrently.
 */
const INDEX_BUILD = /^(?=-- inlined from )/m;

/**
 * Creates or upgrades pg-boss's tables to {@link JOBS_SCHEMA_VERSION}. Its plans are transactions, so the migration
 * that runs them must not be one.
 */
export async function upgradeJobsSchema(queryRunner: QueryRunner): Promise<void> {
  const [{ installed }] = await queryRunner.query(
    `SELECT to_regclass('${JOBS_SCHEMA}.version') IS NOT NULL AS installed`,
  );
  if (!installed) {
    await queryRunner.query(getConstructionPlans(JOBS_SCHEMA));
    return;
  }
  const [{ version }] = await queryRunner.query(`SELECT version FROM ${JOBS_SCHEMA}.version`);
  if (version >= JOBS_SCHEMA_VERSION) return;
  for (const part of getMigrationPlans(JOBS_SCHEMA, version).split(INDEX_BUILD))
    await queryRunner.query(part);
}
