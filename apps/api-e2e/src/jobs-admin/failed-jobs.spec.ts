import { randomUUID } from 'node:crypto';
import { Module } from '@nestjs/common';
import { Jobs, JOBS_SCHEMA } from '@gatehouse/jobs';
import { FeatureModule } from '@gatehouse/modules';
import { SOON } from '@gatehouse/testing';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ABANDONED, failedJob } from './failed-job.js';
import { newcomer } from '../support/people.js';
import { TestApp } from '../support/test-app.js';

let mended = false;
const payloads: object[] = [];

/** A feature with a job that fails until a spec repairs it. */
@Module({})
class FragileModule {
  constructor(jobs: Jobs) {
    jobs.define({ name: 'fragile.work', retries: 0 }, async ({ payload }) => {
      payloads.push(payload);
      if (!mended) throw new Error('not mended');
    });
  }
}
FeatureModule({ root: 'fragile', tag: 'Fragile', description: '' }, {})(FragileModule);
Reflect.defineMetadata('design:paramtypes', [Jobs], FragileModule);

let app: TestApp;
let token: string;

beforeAll(async () => {
  app = await TestApp.start({ WORKER: 'inside' }, [FragileModule]);
  token = await app.loginAs('admin');
});
afterAll(() => app.stop());

const failed = async (query = '') =>
  (await app.request('GET', `/api/v1/jobs/failed${query}`, { token })).body;
const retry = (id: string) => app.request('POST', `/api/v1/jobs/failed/${id}/retry`, { token });

describe('a failed job', () => {
  it('is listed with its reason, and completed when it is retried', async () => {
    const manager = app.app.get(DataSource).manager;
    const id = await app.app.get(Jobs).enqueue('fragile.work', { book: 7 }, { manager });
    const [item] = await vi.waitFor(async () => {
      const { items } = await failed('?name=fragile.work');
      expect(items).toHaveLength(1);
      return items;
    }, SOON);
    expect(item).toEqual({
      id,
      name: 'fragile.work',
      payload: { book: 7 },
      error: 'not mended',
      attempts: 1,
      failedAt: expect.any(String),
    });

    mended = true;
    expect((await retry(id!)).status).toBe(204);
    await vi.waitFor(() => expect(payloads).toEqual([{ book: 7 }, { book: 7 }]), SOON);
    expect((await failed('?name=fragile.work')).items).toEqual([]);
    const { body } = await app.request('GET', '/api/v1/audit?action=jobs.retried', { token });
    expect(body.items).toMatchObject([{ subjectId: id, details: { name: 'fragile.work' } }]);
  });

  it('that does not exist, or has not failed, is 404', async () => {
    const id = await failedJob(app.dataSource);
    expect((await retry(randomUUID())).status).toBe(404);
    expect((await retry(id)).status).toBe(204);
    expect((await retry(id)).status).toBe(404);
  });

  it('is listed in pages, newest first', async () => {
    await app.dataSource.query(`DELETE FROM ${JOBS_SCHEMA}.job`);
    const ids = [
      await failedJob(app.dataSource),
      await failedJob(app.dataSource),
      await failedJob(app.dataSource),
    ];
    const first = await failed('?limit=2');
    const second = await failed(`?limit=2&cursor=${first.nextCursor}`);
    const found = [...first.items, ...second.items].map(({ id }: { id: string }) => id);
    expect(found).toEqual(ids.toReversed());
    expect(await failed()).toMatchObject({ total: 3, items: [{ attempts: 2, error: 'broken' }, {}, {}] });
  });
});

describe('the jobs', () => {
  it('are counted in the metrics, by queue and state', async () => {
    await app.dataSource.query(`DELETE FROM ${JOBS_SCHEMA}.job`);
    await failedJob(app.dataSource);
    await failedJob(app.dataSource);
    await newcomer(app);
    const { text } = await app.request('GET', '/metrics');
    expect(text).toContain(`jobs{queue="${ABANDONED}",state="failed"} 2`);
    expect(text, 'without a mail server mails wait').toContain('jobs{queue="mail.send",state="created"} 1');
  });

  it('are part of the readiness', async () => {
    const { body } = await app.request('GET', '/health/ready');
    expect(body.checks).toMatchObject({ database: 'ok', jobs: 'ok' });
    await app.dataSource.query(`ALTER SCHEMA ${JOBS_SCHEMA} RENAME TO elsewhere`);
    const degraded = await app.request('GET', '/health/ready');
    await app.dataSource.query(`ALTER SCHEMA elsewhere RENAME TO ${JOBS_SCHEMA}`);
    expect(degraded).toMatchObject({ status: 200, body: { status: 'degraded', checks: { jobs: 'away' } } });
  });
});
