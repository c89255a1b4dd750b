import { createRequire } from 'node:module';
import { migrate } from '@gatehouse/database';
import { createTestDatabase, type TestDatabase } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JOBS_SCHEMA, JOBS_SCHEMA_VERSION } from './jobs-schema.js';
import { jobsMigrations } from './migrations/index.js';
import { TestJobs } from './testing/test-jobs.js';

describe('the tables of the jobs', () => {
  let database: TestDatabase;
  let jobs: TestJobs;

  beforeAll(async () => {
    database = await createTestDatabase();
    await Promise.all([1, 2].map(() => migrate({ url: database.url, migrations: jobsMigrations })));
    jobs = await TestJobs.start(database.url, [], { WORKER: 'none' });
  });
  afterAll(async () => {
    await jobs.stop();
    await database.drop();
  });

  it('match the installed pg-boss: an update that changes them needs a migration', async () => {
    const { pgboss } = createRequire(import.meta.url)('pg-boss/package.json') as {
      pgboss: { schema: number };
    };
    expect(JOBS_SCHEMA_VERSION).toBe(pgboss.schema);
    expect(await jobs.boss.schemaVersion()).toBe(JOBS_SCHEMA_VERSION);
    expect(await jobs.boss.detectSchemaDrift()).toMatchObject({ ok: true });
  });

  it('are upgraded from an older version', async () => {
    const { getRollbackPlans } = await import('pg-boss');
    await jobs.dataSource.query(getRollbackPlans(JOBS_SCHEMA, JOBS_SCHEMA_VERSION));
    expect(await jobs.boss.schemaVersion()).toBeLessThan(JOBS_SCHEMA_VERSION);
    for (const WORKER of ['inside', 'none'])
      await expect(TestJobs.start(database.url, [], { WORKER })).rejects.toThrow('requires migrations');
    await jobs.dataSource.query('DELETE FROM migrations');
    await migrate({ url: database.url, migrations: jobsMigrations });
    expect(await jobs.boss.schemaVersion()).toBe(JOBS_SCHEMA_VERSION);
  });
});
