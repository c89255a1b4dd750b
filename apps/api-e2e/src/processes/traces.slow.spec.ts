// needs: books
import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import { createTestDatabase, describeWithRedis, SOON, type TestDatabase } from '@gatehouse/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiProcess, JWT_SECRET, MAIN } from '../support/api-process.js';
import { type CollectedSpan, TraceCollector } from '../support/trace-collector.js';

const STAGES = ['middlewares', 'authentication', 'permissions', 'throttle', 'validation'];
const BOOK = { title: 'Traced', author: 'Nobody', description: '', rating: 4 };

const started: ApiProcess[] = [];
afterEach(() => Promise.all(started.splice(0).map((api) => api.kill())));

const start = async (
  database: TestDatabase,
  collector: TraceCollector,
  variables: Record<string, string> = {},
): Promise<ApiProcess> => {
  const api = await ApiProcess.start({
    DATABASE_URL: database.url,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    LOG_LEVEL: 'info',
    ...variables,
  });
  started.push(api);
  return api;
};
/** Ends the process, which sends what it has not sent yet. */
const finish = async (api: ApiProcess): Promise<void> => {
  expect(await api.stop()).toEqual({ code: 0, signal: null });
};
const stagesOf = (trace: CollectedSpan[]): string[] =>
  trace.filter(({ parentSpanId }) => parentSpanId === trace[0]!.spanId).map(({ name }) => name);

describe('traces of requests', () => {
  const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
  const PASSWORD = 'S3cret-Passw0rd-of-a-trace';
  const secrets = [PASSWORD, JWT_SECRET, 'needle-in-a-query', 'traced@example.com'];
  let database: TestDatabase;
  let collector: TraceCollector;
  let log: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    collector = await TraceCollector.start();
    const api = await start(database, collector);
    const { client } = api;
    const { access_token: token, refresh_token } = await client.logIn('admin');
    const demo = await client.tokenOf('demo');
    secrets.push(token, refresh_token, demo);

    expect((await client.send('POST', '/api/v1/books', { token, body: BOOK })).status).toBe(201);
    await client.send('DELETE', '/api/v1/books/1', { token: 'nonsense' });
    await client.send('PUT', '/api/v1/books/1', { body: BOOK, token: demo });
    await client.get('/api/v1/users?page=x', { token });
    await client.send('PUT', '/api/v1/books');
    await client.get('/nowhere');

    const traceparent = `00-${TRACE_ID}-b7ad6b7169203331-01`;
    await client.get('/api/v1/groups', { headers: { traceparent, 'x-request-id': 'traced-1' } });
    await client.get('/health/live');

    const body = { username: 'traced', email: 'traced@example.com', password: PASSWORD };
    expect((await client.send('POST', '/api/v1/auth/register', { body })).status).toBe(201);
    await client.get('/api/v1/books?q=needle-in-a-query', { token });
    await client.get(`/api/v1/books/${token}`);
    await client.send('POST', '/api/v1/auth/refresh', { body: { refresh_token } });
    await finish(api);
    log = api.stdout.join('');
  });
  afterAll(async () => {
    collector.stop();
    await database.drop();
  });

  it('show the stages of the gate, and in each the statements that it sent', () => {
    const trace = collector.traceOf('POST /api/v1/books');
    const [root] = trace;
    expect(root).toMatchObject({ service: 'gatehouse', kind: 2, parentSpanId: '', failed: false });
    expect(root!.attributes).toMatchObject({
      'http.request.method': 'POST',
      'http.route': '/api/v1/books',
      'http.response.status_code': 201,
      'url.path': '/api/v1/books',
      'client.address': '127.0.0.1',
    });
    expect(stagesOf(trace)).toEqual([...STAGES, 'handler', 'response']);
    const insert = trace.find(({ attributes }) =>
      /^INSERT INTO "?books/.test(String(attributes['db.query.text'])),
    );
    let owner = insert;
    while (owner && owner.parentSpanId !== root!.spanId)
      owner = trace.find(({ spanId }) => spanId === owner!.parentSpanId);
    expect(owner?.name).toBe('handler');
  });

  it.each([
    ['DELETE /api/v1/books/:id', 401, ['middlewares', 'authentication', 'response']],
    ['PUT /api/v1/books/:id', 403, ['middlewares', 'authentication', 'permissions', 'response']],
    ['GET /api/v1/users', 422, [...STAGES, 'response']],
    ['PUT /api/v1/books', 405, ['middlewares', 'method', 'response']],
    ['GET', 404, ['middlewares', 'handler', 'response']],
  ])('of %s, which is %d, ends at the stage that refuses: %j', (name, status, stages) => {
    const trace = collector.traceOf(name);
    expect(trace[0]!.attributes['http.response.status_code']).toBe(status);
    expect(stagesOf(trace)).toEqual(stages);
    const refusing = trace.filter(({ attributes }) => attributes['gate.refused'] === true);
    expect(refusing.map((span) => span.name)).toEqual([stages.at(-2)]);
  });

  it('continue the trace of the caller, and lead to the lines of the log', () => {
    expect(collector.traceOf('GET /api/v1/groups')[0]).toMatchObject({
      traceId: TRACE_ID,
      parentSpanId: 'b7ad6b7169203331',
    });
    const lines = log.split('\n').filter((line) => line.includes('traced-1'));
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(JSON.parse(line)).toMatchObject({ trace_id: TRACE_ID });
  });

  it('leave out the requests of probes', () => {
    expect(log).toContain('/health/live');
    expect(collector.received).not.toContain('/health');
  });

  it('have no secrets: no token, password, value of a statement or query string', () => {
    expect(collector.spans.length).toBeGreaterThan(80);
    expect(collector.received).toContain('/api/v1/books/[redacted]');
    expect(secrets.filter((secret) => collector.received.includes(secret))).toEqual([]);
    expect(collector.received).not.toContain('$argon2');
  });
});

describe('traces', () => {
  let database: TestDatabase;
  let collector: TraceCollector;
  beforeEach(async () => {
    database = await createTestDatabase();
    collector = await TraceCollector.start();
  });
  afterEach(async () => {
    collector.stop();
    await database.drop();
  });

  it('of jobs are their own, also in a worker, with the log lines of the job', async () => {
    const api = await start(database, collector, { WORKER: 'none' });
    const body = { username: 'mailed', email: 'mailed@example.com', password: 'Passw0rd' };
    expect((await api.client.send('POST', '/api/v1/auth/register', { body })).status).toBe(201);
    // Nothing listens there, so that the job fails and says so in the log.
    const MAIL_URL = 'smtp://127.0.0.1:9';
    const worker = ApiProcess.launch(
      {
        DATABASE_URL: database.url,
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        MAIL_URL,
        PUBLIC_URL: api.url,
      },
      { command: [process.execPath, join(dirname(MAIN), 'worker.js')] },
    );
    started.push(worker);
    await vi.waitFor(() => expect(worker.output).toContain('mail.send'), SOON);
    // Only then it ends by itself when it is told to.
    await vi.waitFor(() => expect(worker.output).toContain('works jobs'), SOON);
    await finish(worker);
    const [job] = collector.traceOf('job mail.send');
    expect(job).toMatchObject({ service: 'gatehouse-worker', kind: 5, parentSpanId: '', failed: true });
    expect(job!.attributes).toMatchObject({ 'job.name': 'mail.send', 'job.attempt': 1 });
    expect(collector.traceOf('job mail.send').length).toBeGreaterThan(1);
    const line = worker.stdout
      .join('')
      .split('\n')
      .find((text) => text.includes('mail.send'))!;
    expect(JSON.parse(line)).toMatchObject({ jobId: job!.attributes['job.id'], trace_id: job!.traceId });
  });

  it('cost no request when the collector is away, and no time at the end', async () => {
    const api = await start(database, collector, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' });
    expect((await api.client.get('/api/v1/books')).status).toBe(200);
    await finish(api);
    expect(api.output).not.toMatch(/"level":"(error|fatal)"/);
  });

  it('need an endpoint: without one, not even the library is loaded', async () => {
    const script = `
      import { startTracing, stopTracing } from '@gatehouse/tracing';
      import { registerHooks } from 'node:module';
      const loaded = [];
      registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context); } });
      await startTracing('gatehouse');
      await stopTracing();
      console.log(loaded.some((url) => url.includes('opentelemetry')));`;
    const run = (endpoint: string): ApiProcess =>
      ApiProcess.launch(
        { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint },
        { command: [process.execPath, '--input-type=module', '--eval', script] },
      );
    const outputs = await Promise.all(
      ['', collector.url].map(async (endpoint) => {
        const ended = run(endpoint);
        await ended.exited;
        return ended.output;
      }),
    );
    expect(outputs).toEqual(['false\n', 'true\n']);
  });
});

describeWithRedis('traces with Redis', (url) => {
  it('show the commands in the stage that sent them', async () => {
    const [database, collector] = await Promise.all([createTestDatabase(), TraceCollector.start()]);
    const api = await start(database, collector, {
      REDIS_URL: url,
      REDIS_PREFIX: `gatehouse-test:${randomUUID()}:`,
    });
    await api.client.get('/api/v1/books');
    await api.client.get('/api/v1/books');
    await finish(api);
    collector.stop();
    await database.drop();
    const trace = collector.traceOf('GET /api/v1/books');
    expect(stagesOf(trace)).toEqual([...STAGES, 'cache', 'response']);
    const owners = trace
      .filter(({ attributes }) => attributes['db.system.name'] === 'redis')
      .map((command) => trace.find(({ spanId }) => spanId === command.parentSpanId)?.name);
    expect([...new Set(owners)]).toEqual(['middlewares', 'throttle', 'cache']);
  });
});
