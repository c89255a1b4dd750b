// needs: payments
import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import { JOBS_SCHEMA } from '@gatehouse/jobs';
import { createTestDatabase, SOON, type TestDatabase } from '@gatehouse/testing';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiProcess, MAIN } from '../support/api-process.js';

const WORKER = join(dirname(MAIN), 'worker.js');

describe('the worker', () => {
  let database: TestDatabase;
  const started: ApiProcess[] = [];

  const launch = (variables: Record<string, string>): ApiProcess => {
    const worker = ApiProcess.launch(variables, { command: [process.execPath, WORKER] });
    started.push(worker);
    return worker;
  };
  const query = async (sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> => {
    const client = new pg.Client(database.url);
    await client.connect();
    const { rows } = await client.query(sql, values).finally(() => client.end());
    return rows;
  };
  /** Whether any process works jobs on this database: pg-boss then has created its own queue. */
  const isWorked = async (): Promise<boolean> =>
    (await query(`SELECT 1 FROM ${JOBS_SCHEMA}.queue WHERE name LIKE '\\_\\_pgboss%'`)).length === 1;

  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((process) => process.kill()));
    await database.drop();
  });

  it('runs jobs when the API does not, also those that call the API, listens on no port, and shuts down cleanly', async () => {
    const api = await ApiProcess.start({ DATABASE_URL: database.url, WORKER: 'none' });
    started.push(api);
    expect(await isWorked()).toBe(false);
    expect((await api.client.get('/health/ready')).body.checks.jobs).toBe('ok');

    const worker = launch({ DATABASE_URL: database.url, WORKER: 'none', PORT: String(api.port) });
    await expect.poll(() => worker.output, SOON).toContain('Gatehouse works jobs');
    expect(await isWorked()).toBe(true);

    const id = randomUUID();
    await query(
      `INSERT INTO checkouts (id, feature, reference, amount_cents, currency, description, provider, expires_at)
       VALUES ($1, 'any', 'any', 100, 'EUR', 'A thing', 'sandbox', now() + interval '1 hour')`,
      [id],
    );
    expect((await api.client.send('POST', `/checkout/${id}/decline`)).status).toBe(303);
    const outcomes = () => query('SELECT outcome FROM payments WHERE checkout_id = $1', [id]);
    await expect.poll(outcomes, SOON).toEqual([{ outcome: 'declined' }]);

    worker.signal('SIGTERM');
    expect(await worker.exited).toEqual({ code: 0, signal: null });
  });

  it('is refused without DATABASE_URL', async () => {
    const worker = launch({});
    expect(await worker.exited).toEqual({ code: 1, signal: null });
    expect(worker.output).toContain('DATABASE_URL must be set');
  });
});
