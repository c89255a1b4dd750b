import { once } from 'node:events';
import { Logger } from '@nestjs/common';
import { migrate } from '@gatehouse/database';
import { Draining } from '@gatehouse/observability';
import { logScope } from '@gatehouse/text';
import { createTestDatabase, forkSource, SOON, type TestDatabase } from '@gatehouse/testing';
import type { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, type MockInstance, vi } from 'vitest';
import { JobDatabase } from './job-database.js';
import type { JobAttempt, JobDefinition, JobHandler } from './jobs.js';
import { JobState } from './job-state.js';
import { JOBS_SCHEMA } from './jobs-schema.js';
import { jobsMigrations } from './migrations/index.js';
import { TestJobs } from './testing/test-jobs.js';

const LONG: JobDefinition = { name: 'test.long', backoffSeconds: 1 };

let database: TestDatabase;
/** A process that works no jobs. */
let admin: TestJobs;
const running: TestJobs[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  await migrate({ url: database.url, migrations: jobsMigrations });
  admin = await TestJobs.start(database.url, [], { WORKER: 'none' });
});
afterAll(async () => {
  await admin.stop();
  await database.drop();
});

afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(running.splice(0).map((jobs) => jobs.stop()));
  await admin.dataSource.query(`DELETE FROM ${JOBS_SCHEMA}.job; DELETE FROM ${JOBS_SCHEMA}.schedule`);
});

async function start(
  definition: JobDefinition,
  handler: JobHandler<never>,
  variables = {},
): Promise<TestJobs> {
  const jobs = await TestJobs.start(database.url, [[definition, handler]], variables);
  running.push(jobs);
  return jobs;
}

async function stop(jobs: TestJobs): Promise<void> {
  running.splice(running.indexOf(jobs), 1);
  await jobs.stop();
}

const reaches = (jobs: TestJobs, name: string, state: string) =>
  vi.waitFor(async () => expect(await jobs.rows(name)).toMatchObject([{ state }]), SOON);

const send = (name: string) => admin.boss.send(name, {});

it('runs a job with its id in the log scope', async () => {
  const seen: unknown[] = [];
  await start({ name: 'test.scope' }, async ({ id }) => void seen.push(id, logScope.getStore()));
  const id = await send('test.scope');
  await vi.waitFor(() => expect(seen).toEqual([id, { jobId: id }]), SOON);
});

describe('several processes', () => {
  it('run each of many jobs once', async () => {
    const done: string[] = [];
    const definition = { name: 'test.many', concurrency: 3 };
    const all = await Promise.all(
      [1, 2, 3].map(() => start(definition, async ({ id }: JobAttempt<object>) => void done.push(id))),
    );
    const ids = await Promise.all(Array.from({ length: 90 }, (_, i) => all[i % 3]!.enqueue('test.many')));
    await vi.waitFor(async () => {
      const rows = await all[0]!.rows('test.many');
      expect(rows.filter(({ state }) => state === 'completed')).toHaveLength(90);
    }, SOON);
    expect(done.toSorted()).toEqual(ids.toSorted());
  });

  it('leave alone the jobs that another one is running', async () => {
    const release = Promise.withResolvers<void>();
    let begun = 0;
    const hold = async () => {
      begun++;
      await release.promise;
    };
    const [a, b] = await Promise.all([start(LONG, hold), start(LONG, hold)]);
    await a.enqueue('test.long');
    await vi.waitFor(() => expect(begun).toBe(1), SOON);
    for (const jobs of [a, b]) expect(await jobs.boss.fetch('test.long')).toEqual([]);
    await a.boss.supervise('test.long');
    release.resolve();
    await reaches(a, 'test.long', 'completed');
    expect(begun).toBe(1);
  });

  it('rerun a job whose process was killed', async () => {
    const child = forkSource(new URL('./jobs.child.ts', import.meta.url), [database.url]);
    const jobs = await start(LONG, async () => undefined, { WORKER: 'none' });
    const begun = once(child, 'message');
    await jobs.enqueue('test.long');
    const [id] = await begun;
    child.kill('SIGKILL');
    await once(child, 'exit');

    const attempts: number[] = [];
    const other = await start(LONG, async ({ attempt }: JobAttempt<object>) => void attempts.push(attempt));
    await other.missHeartbeats('test.long');
    await other.makeDue('test.long');
    await vi.waitFor(() => expect(attempts).toEqual([2]), SOON);
    await reaches(other, 'test.long', 'completed');
    expect(await other.rows('test.long')).toMatchObject([{ id }]);
  });

  it('run a repeating job once per tick, and stop when it is no longer defined', async () => {
    const runs: object[] = [];
    const minutely = { name: 'test.minutely', every: '* * * * *' };
    const handler = async ({ payload }: JobAttempt<object>) => void runs.push(payload);
    const lookAgain = () => admin.dataSource.query(`UPDATE ${JOBS_SCHEMA}.version SET cron_on = NULL`);
    const firstMinute = Math.floor(Date.now() / 60_000);
    await lookAgain();
    await start(minutely, handler);
    await vi.waitFor(() => expect(runs).toEqual([{}]), SOON);

    // A starting process checks the clock, and would send the tick of this minute again.
    await lookAgain();
    await start(minutely, handler);
    await vi.waitFor(async () => {
      const [{ looked }] = await admin.dataSource.query(
        `SELECT cron_on IS NOT NULL AS looked FROM ${JOBS_SCHEMA}.version`,
      );
      expect(looked).toBe(true);
    }, SOON);
    await vi.waitFor(async () => {
      const rows = [...(await admin.rows('__pgboss__send-it')), ...(await admin.rows('test.minutely'))];
      expect(rows.filter(({ state }) => state !== 'completed')).toEqual([]);
    }, SOON);
    expect(runs.length).toBeLessThanOrEqual(Math.floor(Date.now() / 60_000) - firstMinute + 1);

    await start({ name: 'test.minutely' }, handler);
    const schedules = (await admin.boss.getSchedules()).map(({ name }) => name);
    expect(schedules).toEqual(['jobs.forget-done']);
  });
});

describe('a job that takes too long', () => {
  it('is aborted and retried', async () => {
    const signals: AbortSignal[] = [];
    const jobs = await start(
      { name: 'test.slow', timeoutSeconds: 1 },
      async ({ signal }: JobAttempt<object>) => {
        signals.push(signal);
        await new Promise(() => undefined);
      },
    );
    await jobs.enqueue('test.slow');
    await reaches(jobs, 'test.slow', 'retry');
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });
});

describe('the shutdown', () => {
  it('takes no further jobs, and waits for running ones', async () => {
    const release = Promise.withResolvers<void>();
    const begun: number[] = [];
    const jobs = await start(LONG, async () => {
      begun.push(1);
      await release.promise;
    });
    await jobs.enqueue('test.long');
    await vi.waitFor(() => expect(begun).toHaveLength(1), SOON);
    const drained = jobs.context.get(Draining).begin();
    await jobs.enqueue('test.long');
    release.resolve();
    await drained;
    expect((await jobs.rows('test.long')).map(({ state }) => state)).toEqual(['completed', 'created']);
    await stop(jobs);
    expect(begun).toHaveLength(1);
  });

  it('hands jobs that do not finish in time to another process', async () => {
    const begun: AbortSignal[] = [];
    const jobs = await start(
      LONG,
      async ({ signal }: JobAttempt<object>) => {
        begun.push(signal);
        await new Promise(() => undefined);
      },
      { SHUTDOWN_GRACE_SECONDS: '0' },
    );
    await jobs.enqueue('test.long');
    await vi.waitFor(() => expect(begun).toHaveLength(1), SOON);
    await stop(jobs);
    expect(begun[0]!.aborted).toBe(true);
    const other = await start(LONG, async () => undefined);
    expect(await other.rows('test.long')).toMatchObject([{ state: 'retry' }]);
    await other.makeDue('test.long');
    await reaches(other, 'test.long', 'completed');
  });
});

describe('an unavailable database', () => {
  it('is one line in the log, and jobs continue when it is back', async () => {
    const warn = vi.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
    const error = vi.spyOn(Logger.prototype, 'error').mockReturnValue(undefined);
    const done: string[] = [];
    const jobs = await start(
      { name: 'test.outage' },
      async ({ id }: JobAttempt<object>) => void done.push(id),
    );
    await admin.dataSource.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
    const id = await vi.waitFor(() => send('test.outage'), SOON);
    await vi.waitFor(() => expect(done).toEqual([id]), SOON);
    await vi.waitFor(() => jobs.context.get(JobState).check(), SOON);

    const master = (jobs.dataSource.driver as unknown as { master: Pool }).master;
    const pool = vi.spyOn(master, 'connect') as unknown as MockInstance<
      (done?: (error: Error) => void) => Promise<void>
    >;
    pool.mockImplementation(async (done) => {
      if (!done) throw new Error('database away');
      done(new Error('database away'));
    });
    // Running statements may still succeed, which would end the outage.
    await vi.waitFor(() => expect(master.idleCount).toBe(master.totalCount), SOON);
    warn.mockClear();
    const { failing } = jobs.context.get(JobDatabase);
    for (let i = 0; i < 3; i++) {
      const before = pool.mock.calls.length;
      jobs.wake('test.outage');
      await vi.waitFor(() => expect(pool.mock.calls.length).toBeGreaterThan(before), SOON);
    }
    pool.mockRestore();
    const next = await send('test.outage');
    await vi.waitFor(() => expect(done).toEqual([id, next]), SOON);
    expect(warn.mock.calls.filter(([text]) => String(text).startsWith('Jobs are paused'))).toHaveLength(
      failing ? 0 : 1,
    );
    expect(error).not.toHaveBeenCalled();
  });
});
