import { Logger } from '@nestjs/common';
import { migrate, poolOf, transactAtOnce } from '@gatehouse/database';
import { createTestDatabase, SOON, type TestDatabase } from '@gatehouse/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { JobDatabase } from './job-database.js';
import { FailedJob } from './failed-job.entity.js';
import { JobState } from './job-state.js';
import { type JobAttempt, Jobs } from './jobs.js';
import { JOBS_SCHEMA } from './jobs-schema.js';
import { jobsMigrations } from './migrations/index.js';
import { TestJobs } from './testing/test-jobs.js';

interface Task {
  task: string;
}

let database: TestDatabase;
let jobs: TestJobs;
let done: JobAttempt<Task>[] = [];
let failures = 0;

async function work(job: JobAttempt<Task>): Promise<void> {
  done.push(job);
  if (failures-- > 0) throw Object.assign(new Error('broken\0'), { parameters: ['secret'] });
}

beforeAll(async () => {
  vi.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
  database = await createTestDatabase();
  await migrate({ url: database.url, migrations: jobsMigrations });
  jobs = await TestJobs.start(database.url, [
    [{ name: 'test.work' }, work],
    [{ name: 'test.fragile', retries: 1, backoffSeconds: 100 }, work],
  ]);
});
afterAll(async () => {
  await jobs.stop();
  await database.drop();
  vi.restoreAllMocks();
});

beforeEach(async () => {
  await jobs.dataSource.query(`DELETE FROM ${JOBS_SCHEMA}.job`);
  done = [];
  failures = 0;
});

const tasks = () => done.map(({ payload }) => payload.task);
const states = async (name: string) => (await jobs.rows(name)).map(({ state }) => state);
const reaches = (name: string, ...expected: string[]) =>
  vi.waitFor(async () => expect(await states(name)).toEqual(expected), SOON);

describe('a job', () => {
  it('runs after its transaction is committed, and does not exist before', async () => {
    const id = await jobs.dataSource.transaction(async (manager) => {
      const asked = await jobs.enqueue('test.work', { task: 'committed' }, { manager });
      expect(await jobs.rows('test.work')).toEqual([]);
      return asked;
    });
    await reaches('test.work', 'completed');
    expect(done).toMatchObject([{ id, payload: { task: 'committed' }, attempt: 1 }]);
  });

  it('whose transaction is rolled back never existed', async () => {
    const undone = jobs.dataSource.transaction(async (manager) => {
      await jobs.enqueue('test.work', { task: 'undone' }, { manager });
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    await jobs.enqueue('test.work', { task: 'next' });
    await reaches('test.work', 'completed');
    expect(tasks()).toEqual(['next']);
  });

  it('runs with all others of its transaction, without delays in between', async () => {
    await jobs.dataSource.transaction(async (manager) => {
      for (let i = 0; i < 20; i++) await jobs.enqueue('test.work', { task: `${i}` }, { manager });
    });
    await vi.waitFor(() => expect(done).toHaveLength(20), SOON);
  });

  it('is enqueued by a statement of a batched transaction, unless the transaction fails', async () => {
    const statement = await jobs.context.get(Jobs).statement('test.work', { task: 'whole' });
    const failing = transactAtOnce(jobs.dataSource, [statement, { text: 'SELECT 1 / 0' }]);
    await expect(failing).rejects.toThrow('division by zero');
    expect(await jobs.rows('test.work')).toEqual([]);
    await transactAtOnce(jobs.dataSource, [statement, { text: 'SELECT 1' }]);
    await vi.waitFor(() => expect(tasks()).toEqual(['whole']), SOON);
  });

  it('is enqueued on the connection of its transaction only: all others may wait for its locks', async () => {
    const idle = await TestJobs.start(database.url, [[{ name: 'test.work' }, work]], { WORKER: 'none' });
    await idle.dataSource.transaction(async (manager) => {
      const connect = vi.spyOn(poolOf(idle.dataSource), 'connect');
      await idle.enqueue('test.work', { task: 'alone' }, { manager });
      expect(connect).not.toHaveBeenCalled();
    });
    await idle.stop();
  });

  it('waits until it is due', async () => {
    await jobs.enqueue('test.work', { task: 'later' }, { startAfter: new Date(Date.now() + 3_600_000) });
    await jobs.enqueue('test.work', { task: 'in an hour' }, { startAfter: 3_600 });
    await jobs.enqueue('test.work', { task: 'now' });
    await vi.waitFor(() => expect(tasks()).toEqual(['now']), SOON);
    const waiting = (await jobs.rows('test.work')).filter(({ state }) => state === 'created');
    expect(waiting.map(({ due }) => Math.round(due / 60))).toEqual([60, 60]);
    await jobs.makeDue('test.work');
    await vi.waitFor(() => expect(done).toHaveLength(3), SOON);
  });

  it('waits once with the same key', async () => {
    const later = { startAfter: 3_600, singletonKey: 'k' };
    expect(await jobs.enqueue('test.work', { task: 'one' }, later)).toBeDefined();
    expect(await jobs.enqueue('test.work', { task: 'two' }, later)).toBeUndefined();
    expect(await jobs.enqueue('test.work', { task: 'three' }, { ...later, singletonKey: 'l' })).toBeDefined();
    expect(await states('test.work')).toEqual(['created', 'created']);
  });

  it.each([
    ['of a name that nobody has defined', 'test.unknown', {}, /no job "test.unknown"/],
    ['with a payload that is no object', 'test.work', [1], /plain object/],
    ['with a payload too large', 'test.work', { a: 'x'.repeat(70_000) }, /bytes/],
  ])('%s is refused, and the transaction goes on', async (_, name, payload, message) => {
    await jobs.dataSource.transaction(async (manager) => {
      await expect(jobs.enqueue(name, payload, { manager })).rejects.toThrow(message);
      await jobs.enqueue('test.work', { task: 'fine' }, { manager });
    });
    await reaches('test.work', 'completed');
  });

  it('cannot be defined twice', () => {
    expect(() => jobs.context.get(Jobs).define({ name: 'test.work' }, work)).toThrow(/defined twice/);
  });
});

describe('a job that fails', () => {
  const retry = (id: string) =>
    jobs.dataSource.transaction((manager) => jobs.context.get(Jobs).retry(id, manager));

  it('is retried after growing delays, then waits for an administrator to retry it', async () => {
    failures = 3;
    const id = await jobs.enqueue('test.fragile', { task: 'hard' });
    await reaches('test.fragile', 'retry');
    const [row] = await jobs.rows('test.fragile');
    expect(row!.due).toBeGreaterThan(30);
    expect(row!.due).toBeLessThan(201);
    await jobs.makeDue('test.fragile');
    await reaches('test.fragile', 'failed');
    expect(await jobs.dataSource.manager.findBy(FailedJob, { state: 'failed' })).toMatchObject([
      { id, name: 'test.fragile', payload: { task: 'hard' }, retryCount: 1, failedAt: expect.any(Date) },
    ]);

    expect(await retry(id!)).toBe('test.fragile');
    await vi.waitFor(() => expect(done).toHaveLength(3), SOON);
    await reaches('test.fragile', 'failed');
    const twice = jobs.dataSource.transaction(async (manager) => [
      await jobs.context.get(Jobs).retry(id!, manager),
      await jobs.context.get(Jobs).retry(id!, manager),
    ]);
    expect(await twice).toEqual(['test.fragile', undefined]);
    await reaches('test.fragile', 'completed');
    expect(done.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4]);
  });

  it('keeps the message and no other property of the error', async () => {
    failures = 1;
    await jobs.enqueue('test.work', { task: 'x' });
    await reaches('test.work', 'retry');
    const [row] = await jobs.rows('test.work');
    expect(row!.output).toMatchObject({ message: 'broken' });
    expect(JSON.stringify(row!.output)).not.toContain('secret');
  });

  it('without a definition does no harm', async () => {
    await jobs.boss.createQueue('test.removed');
    const id = await jobs.boss.send('test.removed', {});
    await jobs.enqueue('test.work', { task: 'known' });
    await reaches('test.work', 'completed');
    expect(await states('test.removed')).toEqual(['created']);
    expect(await jobs.context.get(JobState).count()).toEqual([
      { queue: 'test.removed', state: 'created', count: 1 },
    ]);
    await jobs.boss.deleteJob('test.removed', id!);
  });
});

describe('the definition', () => {
  it('may change from one start to the next', async () => {
    const changed = await TestJobs.start(database.url, [[{ name: 'test.fragile', retries: 9 }, work]]);
    await changed.enqueue('test.fragile', { task: 'x' }, { startAfter: 60 });
    const [{ retry_limit: limit }] = await jobs.dataSource.query(
      `SELECT retry_limit FROM ${JOBS_SCHEMA}.job`,
    );
    expect(limit).toBe(9);
    await changed.stop();
  });

  it('can enqueue without working jobs', async () => {
    const idle = await TestJobs.start(database.url, [[{ name: 'test.work' }, work]], { WORKER: 'none' });
    expect(idle.boss.getWipData()).toEqual([]);
    await idle.enqueue('test.work', { task: 'elsewhere' });
    await vi.waitFor(() => expect(tasks()).toEqual(['elsewhere']), SOON);
    await idle.context.get(JobState).check();
    await idle.stop();
  });
});

it('a failed statement of pg-boss leaves no open transaction behind', async () => {
  const database = jobs.context.get(JobDatabase);
  await expect(database.executeSql('BEGIN; SELECT nonsense; COMMIT')).rejects.toThrow('nonsense');
  for (let i = 0; i < 5; i++) await jobs.dataSource.query('SELECT 1');
});
