// needs: books, books-transfer
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTestDatabase, type TestDatabase } from '@gatehouse/testing';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiProcess } from '../support/api-process.js';
import type { Client } from '../support/client.js';
import { csvLine, SlowDownload, SlowUpload } from '../support/slow-requests.js';

const BOOKS = 40_000;

describe('SIGTERM', () => {
  let database: TestDatabase;
  let api: ApiProcess;
  let client: Client;
  let token: string;

  const start = async (variables: Record<string, string> = {}): Promise<void> => {
    // A grace period that even a busy machine does not use up.
    const grace = { SHUTDOWN_GRACE_SECONDS: '600' };
    api = await ApiProcess.start({ DATABASE_URL: database.url, LOG_LEVEL: 'info', ...grace, ...variables });
    client = api.client;
    token = await client.tokenOf('admin');
  };
  const query = async <Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> => {
    const connection = new pg.Client({ connectionString: database.url });
    await connection.connect();
    const { rows } = await connection.query<Row>(sql).finally(() => connection.end());
    return rows;
  };
  const sessions = () =>
    query(`SELECT application_name FROM pg_stat_activity
           WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`);
  /** An import whose first part has arrived. */
  const upload = async (): Promise<SlowUpload> => {
    const slow = new SlowUpload(api.url, token);
    for (let n = 0; n < 500; n++) slow.send(csvLine(n));
    await expect.poll(sessions).toContainEqual({ application_name: 'gatehouse-import' });
    return slow;
  };
  /** Sends the signal, and waits until it is received. */
  const terminate = async (): Promise<void> => {
    api.signal('SIGTERM');
    await expect.poll(() => api.output).toContain('shutdown_started');
  };
  /** Expects that readiness fails first, and that new requests are refused or cannot connect. */
  const expectRefusals = async (): Promise<void> => {
    const ready = await client.get('/health/ready');
    expect([ready.status, ready.body.detail]).toEqual([503, 'The server is shutting down']);
    for (const path of ['/api/v1/books', '/api/v1/books/1', '/nowhere']) {
      const { status, headers, body } = await client.get(path);
      expect([status, body.type]).toEqual([503, '/problems/unavailable']);
      expect(headers['retry-after']).toMatch(/^\d+$/);
      expect(headers['connection']).toBe('close');
    }
    expect((await client.get('/health/live')).status).toBe(200);
  };

  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(async () => {
    await api?.kill();
    await database.drop();
  });

  it('lets a running import finish, refuses new requests, and closes the pool last', async () => {
    await start();
    const slow = await upload();
    await terminate();
    await expectRefusals();
    for (let n = 500; n < 1_000; n += 50) {
      for (let i = n; i < n + 50; i++) slow.send(csvLine(i));
      await sleep(50);
      expect(api.alive).toBe(true);
    }
    await expectRefusals();
    expect(await slow.end()).toMatchObject({
      status: 200,
      last: { imported: 1_000, updated: 0, rejected: 0 },
    });
    expect(await api.exited).toEqual({ code: 0, signal: null });
    expect(api.output).toMatch(
      /shutdown_started[^]*"path":"[^"]*import"[^]*request_completed[^]*shutdown_completed/,
    );
    await expect.poll(sessions).toEqual([]);
    const [row] = await query<{ count: string }>(`SELECT count(*) FROM books WHERE title LIKE 'Line %'`);
    expect(row!.count).toBe('1000');
    await expect(client.get('/health/live')).rejects.toThrow();
  });

  it('lets a slowly read export finish', async () => {
    await start();
    await query(`INSERT INTO books (title, author, description, rating)
                 SELECT 'Title ' || n, 'Author', repeat('x', 500), 3 FROM generate_series(1, ${BOOKS}) AS n`);
    const [row] = await query<{ count: string }>('SELECT count(*) FROM books');
    const slow = await SlowDownload.begin(`${api.url}/api/v1/books/export?format=ndjson`);
    await sleep(300);
    await terminate();
    await expectRefusals();
    expect(api.alive).toBe(true);
    const lines = await slow.finish();
    expect(lines).toHaveLength(Number(row!.count));
    expect(JSON.parse(lines.at(-1)!).title).toBe(`Title ${BOOKS}`);
    expect(await api.exited).toEqual({ code: 0, signal: null });
  });

  it('aborts what takes longer than the grace period, and writes nothing of it', async () => {
    await start({ SHUTDOWN_GRACE_SECONDS: '1' });
    const slow = await upload();
    const startedAt = performance.now();
    api.signal('SIGTERM');
    expect(await api.exited).toEqual({ code: 0, signal: null });
    expect(performance.now() - startedAt).toBeGreaterThan(950);
    expect(api.output).toContain('shutdown_cut_off_requests');
    await expect(slow.end()).rejects.toThrow();
    expect(await query(`SELECT id FROM books WHERE title LIKE 'Line %'`)).toEqual([]);
    await expect.poll(sessions).toEqual([]);
  });

  it('ends at once when it is sent twice', async () => {
    await start();
    const slow = await upload();
    await terminate();
    api.signal('SIGTERM');
    expect(await api.exited).toEqual({ code: 1, signal: null });
    await expect(slow.end()).rejects.toThrow();
    expect(await query(`SELECT id FROM books WHERE title LIKE 'Line %'`)).toEqual([]);
  });

  it('ends an idle process soon, whatever connections are open', async () => {
    const mail = { MAIL_URL: 'smtp://127.0.0.1:9', PUBLIC_URL: 'https://gatehouse.example' };
    await start(mail);
    await Promise.all(Array.from({ length: 50 }, () => client.get('/health/live')));
    const silent = connect(Number(new URL(api.url).port), '127.0.0.1');
    await once(
      silent.on('error', () => undefined),
      'connect',
    );
    expect(await api.stop()).toEqual({ code: 0, signal: null });
    await expect.poll(sessions).toEqual([]);
    expect(api.output).not.toMatch(/"level":"(warn|error|fatal)"/);
  });
});
