import { once } from 'node:events';
import { Agent, get as httpGet, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Draining } from '../health/draining.js';
import { HealthService } from '../health/health.service.js';
import { createLogger } from '../logging/logger.js';
import { RequestObserver } from '../request-observer.js';
import { Lines, specServer } from '../testing/spec-server.js';
import { DrainingMiddleware } from './draining.middleware.js';
import { GracefulShutdown } from './graceful-shutdown.js';
import { SOON } from '@gatehouse/testing';

describe('GracefulShutdown', () => {
  let server: FastifyInstance;
  let port: number;
  let lines: Lines;
  let shutdown: GracefulShutdown;
  let closed: boolean;
  let closeError: Error | undefined;
  let release: () => void;
  const exit = vi.fn<(status: number) => void>();

  let draining: Draining;
  let requests: RequestObserver;

  const start = async (graceSeconds = 60): Promise<void> => {
    lines = new Lines();
    closed = false;
    closeError = undefined;
    exit.mockReset();
    const logger = createLogger('info', lines);
    draining = new Draining();
    requests = new RequestObserver([]);
    const health = new HealthService(draining, logger);
    server = specServer([requests, new DrainingMiddleware(draining)]);
    const slow = new Promise<void>((resolve) => (release = resolve));
    server.get('/slow', () => slow.then(() => ({ database: closed ? 'closed' : 'open' })));
    server.get('/fast', () => ({ ok: true }));
    server.get('/health/ready', () => health.ready());
    server.addHook('onClose', async () => void (closed = true));
    await server.listen({ port: 0, host: '127.0.0.1' });
    port = (server.server.address() as { port: number }).port;
    const app = { close: () => (closeError ? Promise.reject(closeError) : server.close()) };
    shutdown = new GracefulShutdown({ app, draining, requests, logger, graceSeconds, exit }).listen();
  };
  const get = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${port}${path}`);
  /** Resolves when the request is being handled, with a promise of its outcome. */
  const getSlow = async (): Promise<{ end: Promise<Response | Error> }> => {
    const end = get('/slow').catch((error: Error) => error);
    await vi.waitFor(() => expect(requests.inFlight).toBe(1), SOON);
    return { end };
  };
  const exited = (status: number): Promise<void> =>
    vi.waitFor(() => expect(exit).toHaveBeenCalledWith(status), SOON);

  beforeEach(() => start());
  afterEach(async () => {
    shutdown.unlisten();
    release();
    server.server.closeAllConnections();
    await server.close();
  });

  it('lets the request in flight finish, refuses new ones, and closes after it', async () => {
    const slow = await getSlow();
    process.emit('SIGTERM', 'SIGTERM');

    const ready = await get('/health/ready');
    expect(ready.status).toBe(503);
    expect(ready.headers.get('retry-after')).toBe('5');
    expect(ready.headers.get('content-type')).toContain('application/problem+json');
    const refused = await get('/fast');
    expect(refused.status).toBe(503);
    expect(refused.headers.get('connection')).toBe('close');
    expect(await refused.json()).toMatchObject({ type: '/problems/unavailable', instance: '/fast' });
    expect(closed).toBe(false);

    release();
    const answer = (await slow.end) as Response;
    expect(answer.status).toBe(200);
    expect(answer.headers.get('connection')).toBe('close');
    expect(await answer.json()).toEqual({ database: 'open' });
    await exited(0);
    expect(closed).toBe(true);
    await expect(get('/fast')).rejects.toThrow();
    expect(lines.named('shutdown_completed')).toHaveLength(1);
  });

  it('starts tasks at once, and waits for them within the grace period', async () => {
    const task = Promise.withResolvers<void>();
    const begin = vi.fn(() => task.promise);
    draining.add(begin);
    draining.add(() => Promise.reject(new Error('failed')));
    process.emit('SIGTERM', 'SIGTERM');
    expect(begin).toHaveBeenCalledOnce();
    await sleep(50);
    expect(closed).toBe(false);
    task.resolve();
    await exited(0);
  });

  it('does not wait for tasks longer than the grace period', async () => {
    shutdown.unlisten();
    await server.close();
    await start(0.2);
    draining.add(() => new Promise(() => undefined));
    process.emit('SIGTERM', 'SIGTERM');
    await exited(0);
  });

  it('is not delayed by idle keep-alive connections or half a request', async () => {
    const agent = new Agent({ keepAlive: true });
    const [response] = (await once(httpGet({ port, path: '/fast', agent }), 'response')) as [IncomingMessage];
    response.resume();
    await once(response, 'end');
    const half = connect(port, '127.0.0.1');
    await once(half, 'connect');
    half.on('error', () => {}).write('GET /fast HTTP/1.1\r\nhost:');
    await sleep(50);
    process.emit('SIGINT', 'SIGINT');
    await exited(0);
    agent.destroy();
  });

  it('cuts off requests that take longer than the grace period', async () => {
    shutdown.unlisten();
    await server.close();
    await start(0.2);
    const slow = await getSlow();
    process.emit('SIGTERM', 'SIGTERM');
    await exited(0);
    expect(await slow.end).toBeInstanceOf(TypeError);
    expect(lines.named('shutdown_cut_off_requests')).toMatchObject([{ requests: 1 }]);
  });

  it('ends at once on a second signal', async () => {
    const slow = await getSlow();
    process.emit('SIGTERM', 'SIGTERM');
    process.emit('SIGINT', 'SIGINT');
    expect(exit).toHaveBeenCalledExactlyOnceWith(1);
    release();
    await slow.end;
  });

  it('ends with status 1 when closing fails', async () => {
    closeError = new Error('pool is stuck');
    process.emit('SIGTERM', 'SIGTERM');
    await exited(1);
    expect(lines.named('shutdown_failed')).toMatchObject([{ err: { message: 'pool is stuck' } }]);
  });
});
