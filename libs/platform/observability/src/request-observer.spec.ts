import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ForbiddenProblem, UnavailableProblem } from '@gatehouse/http';
import { SOON } from '@gatehouse/testing';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AccessLog } from './logging/access-log.js';
import { createLogger } from './logging/logger.js';
import { Metrics } from './metrics/metrics.js';
import { observeProblems } from './observe-problems.js';
import { RequestObserver } from './request-observer.js';
import { Lines, specServer } from './testing/spec-server.js';

describe('RequestObserver with the access log and the metrics', () => {
  let lines: Lines;
  let metrics: Metrics;
  let observer: RequestObserver;
  let server: FastifyInstance;
  let port: number;
  let release: () => void;

  beforeEach(async () => {
    lines = new Lines();
    metrics = new Metrics();
    const logger = createLogger('info', lines);
    observer = new RequestObserver([new AccessLog(logger), metrics.requests]);
    server = specServer([observer]);
    observeProblems(server, logger, metrics);
    const slow = new Promise<void>((resolve) => (release = resolve));
    server.get('/books/:id', (request, reply) => {
      request.gate.principal = { id: 'user-1', username: 'ann', role: 'user', can: () => true };
      return reply.header('x-cache', 'HIT').send({ ok: true });
    });
    server.get('/slow', () => slow.then(() => ({ ok: true })));
    server.post('/slow', () => slow.then(() => ({ ok: true })));
    server.get('/stream', (_request, reply) => {
      reply.hijack();
      reply.raw.writeHead(200).write('first');
    });
    server.get('/forbidden', () => {
      throw new ForbiddenProblem();
    });
    server.get('/broken', () => {
      throw new TypeError('x is not a function');
    });
    server.get('/away', () => {
      throw new UnavailableProblem('Draining', 5);
    });
    await server.listen({ port: 0, host: '127.0.0.1' });
    port = (server.server.address() as { port: number }).port;
  });

  afterEach(async () => {
    release();
    server.server.closeAllConnections();
    await server.close();
  });

  const get = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${port}${path}`);
  const completed = async (): Promise<Record<string, unknown>> => {
    await vi.waitFor(() => expect(lines.named('request_completed')).toHaveLength(1), SOON);
    return lines.named('request_completed')[0]!;
  };

  it('keeps a token in a path out of the log', async () => {
    const token = `eyJhbGciOiJIUzI1NiJ9.${'a'.repeat(60)}.${'b'.repeat(43)}`;
    await get(`/books/${token}`);
    await completed();
    const written = [...lines.named('request_started'), ...lines.named('request_completed')];
    expect(written).toHaveLength(2);
    expect(JSON.stringify(written)).not.toContain('a'.repeat(60));
  });

  it('truncates a long path, and logs no secret in it', async () => {
    const path = `/books/${'-eyJ'.repeat(3_000)}`;
    await get(path);
    expect((await completed())['path']).toBe(`${path.slice(0, 1_000)}…`);
    expect(lines.named('request_started')[0]!['path']).toBe(`${path.slice(0, 1_000)}…`);
  });

  it('writes one line at the start and one at the end', async () => {
    await get('/books/17?token=s3cr3t');
    expect(await completed()).toMatchObject({
      level: 'info', method: 'GET', path: '/books/17', status: 200, userId: 'user-1', ms: expect.any(Number),
    }); // prettier-ignore
    const [started] = lines.named('request_started');
    expect(started).toMatchObject({ method: 'GET', path: '/books/17', ip: '127.0.0.1' });
    expect(started!['requestId']).toBe((await completed())['requestId']);
    expect(await completed()).not.toHaveProperty('aborted');
    expect(lines.texts.join('')).not.toContain('s3cr3t');
  });

  it.each([
    ['GET', ''],
    ['POST', 'content-type: application/json\r\ncontent-length: 2\r\n'],
  ])('writes exactly one end for a %s whose client leaves before the answer', async (method, headers) => {
    const socket = connect(port, '127.0.0.1');
    socket.write(`${method} /slow HTTP/1.1\r\nhost: x\r\n${headers}\r\n${headers ? '{}' : ''}`);
    await vi.waitFor(() => expect(lines.named('request_started')).toHaveLength(1), SOON);
    await sleep(20);
    socket.destroy();
    expect(await completed()).toMatchObject({ status: 499, aborted: true, path: '/slow' });
    release();
    await sleep(50);
    expect(lines.named('request_completed')).toHaveLength(1);
    expect(observer.inFlight).toBe(0);
  });

  it('keeps the status of a stream whose client disconnects', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /stream HTTP/1.1\r\nhost: x\r\n\r\n');
    await new Promise((resolve) => socket.once('data', resolve));
    socket.destroy();
    expect(await completed()).toMatchObject({ status: 200, aborted: true });
  });

  it('sees requests that the router refuses', async () => {
    await get('/books/%ff');
    expect(await completed()).toMatchObject({
      status: 400,
      path: '/books/%ff',
      requestId: expect.any(String),
    });
    expect(lines.named('request_started')).toHaveLength(1);
    expect(await metrics.render()).toContain(
      'api_requests_total{method="GET",route="unmatched",status="400"} 1',
    );
    expect(observer.inFlight).toBe(0);
  });

  it('sees injected requests too', async () => {
    await server.inject('/books/1');
    expect(await completed()).toMatchObject({ status: 200 });
  });

  it('logs server errors with their stack, and no client errors', async () => {
    const body = (await (await get('/broken')).json()) as { requestId: string };
    await get('/forbidden');
    await get('/away');
    const errors = lines.all.filter(({ level }) => level === 'error');
    expect(errors).toMatchObject([
      { msg: 'request_failed', requestId: body.requestId, path: '/broken', status: 500 },
    ]);
    expect(errors[0]!['err']).toMatchObject({ stack: expect.stringContaining('request-observer.spec') });
    expect(lines.named('request_refused')).toMatchObject([
      { level: 'warn', status: 503, detail: 'Draining' },
    ]);
  });

  it('counts by pattern, and all unknown paths as one', async () => {
    for (const path of ['/books/1', '/books/2', '/nothing/1', '/nothing/2', '/forbidden']) await get(path);
    await vi.waitFor(() => expect(observer.inFlight).toBe(0), SOON);
    const text = await metrics.render();
    expect(text).toContain('api_requests_total{method="GET",route="/books/:id",status="200"} 2');
    expect(text).toContain('api_requests_total{method="GET",route="unmatched",status="404"} 2');
    expect(text).toContain('api_request_duration_seconds_count{method="GET",route="/books/:id"} 2');
    expect(text).toContain(
      'api_request_duration_seconds_bucket{le="+Inf",method="GET",route="/books/:id"} 2',
    );
    expect(text).toContain('gate_refusals_total{stage="permissions",status="403"} 1');
    expect(text).toContain('cache_hits_total 2');
    expect(text).toContain('cache_misses_total 0');
    expect(text).toContain('process_cpu_seconds_total');
    expect(text).not.toMatch(/nothing|stage="handler"/);
    expect(text.match(/^# TYPE api_requests_total counter$/gm)).toHaveLength(1);
    expect(await metrics.render()).toContain('route="/books/:id",status="200"} 2');
  });

  it('reads gauges at each scrape, survives a failing one, and refuses duplicate names', async () => {
    let idle = 3;
    metrics.registerGauge('pool_idle', 'Idle connections.', () => idle);
    metrics.registerGauge('pool_broken', 'Fails.', () => {
      throw new Error('away');
    });
    expect(await metrics.render()).toContain('pool_idle 3');
    idle = 4;
    const text = await metrics.render();
    expect(text).toContain('pool_idle 4');
    expect(text).toContain('pool_broken Nan');
    expect(() => metrics.registerGauge('pool_idle', 'Again.', () => 1)).toThrow('already been registered');
  });

  it('separates applications', async () => {
    await get('/books/1');
    expect(await new Metrics().render()).not.toContain('/books/:id');
  });
});
