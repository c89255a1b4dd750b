import { connect } from 'node:net';
import { Agent } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProcessBus } from '@gatehouse/process-bus';
import { call } from '../support/http-client.js';
import { Probe } from '../support/probe/probe.js';
import { ProbeModule } from '../support/probe/probe.module.js';
import { TestApp } from '../support/test-app.js';

const PROBE = '/api/v1/probe';
const NAMES = ['admin', 'moderator', 'demo'] as const;
/** Routes that return their caller, and whether they are public: with a slow permission, a slow handler, neither. */
const ROUTES = [
  { path: `${PROBE}/may/class`, isPublic: false },
  { path: `${PROBE}/cache/mine`, isPublic: true },
  { path: `${PROBE}/public`, isPublic: true },
  { path: `${PROBE}/undeclared`, isPublic: false },
];

type Caller = (typeof NAMES)[number] | undefined;

/** Overlapping requests on one server must never see each other's caller. */
describe('Overlapping requests', () => {
  let app: TestApp;
  let probe: Probe;
  const tokens = new Map<Caller, string>();

  beforeAll(async () => {
    app = await TestApp.start({ THROTTLE_LIMIT: '1000000' }, [ProbeModule]);
    probe = app.app.get(Probe);
    for (const name of NAMES) tokens.set(name, await app.loginAs(name));
  });
  afterAll(() => app.stop());

  const steps = fc.array(
    fc.record({
      caller: fc.constantFrom<Caller[]>(undefined, ...NAMES),
      route: fc.constantFrom(...ROUTES),
      page: fc.integer({ min: 1, max: 100 }),
    }),
    { minLength: 2, maxLength: 16 },
  );

  /** Disables the cache of tokens, so that each look-up queries the database. */
  async function forgetPrincipals(): Promise<void> {
    const users = await app.dataSource.query<{ id: string }[]>('SELECT id FROM users');
    await Promise.all(users.map(({ id }) => app.app.get(ProcessBus).publish('user-changed', id)));
  }

  function expectCaller(caller: Caller, isPublic: boolean, status: number, text: string): void {
    if (!caller && !isPublic) expect(status).toBe(401);
    else expect([status, JSON.parse(text).caller]).toEqual([200, caller ?? 'nobody']);
  }

  it('never exchange their callers, whatever is slow', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 4 });
    await fc.assert(
      fc.asyncProperty(
        steps,
        fc.integer({ min: 0, max: 8 }),
        fc.boolean(),
        async (requests, delay, forget) => {
          probe.delayMs = delay;
          await call(app.url, 'POST', `${PROBE}/cache/drop`);
          if (forget) await forgetPrincipals();
          await Promise.all(
            requests.map(async ({ caller, route, page }) => {
              const token = tokens.get(caller);
              const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
              const path = route.path.endsWith('mine') ? `${route.path}?page=${page}` : route.path;
              const { status, text } = await call(app.url, 'GET', path, { headers, agent });
              expectCaller(caller, route.isPublic, status, text);
            }),
          );
        },
      ),
      { numRuns: 150 },
    );
    agent.destroy();
  });

  it('never exchange them when they are pipelined on one socket', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 0, max: 5 }), async (requests, delay) => {
        probe.delayMs = delay;
        const texts = requests.map(({ caller, route }, i) => {
          const token = tokens.get(caller);
          const close = i === requests.length - 1 ? 'Connection: close\r\n' : '';
          const authorization = token ? `Authorization: Bearer ${token}\r\n` : '';
          return `GET ${route.path} HTTP/1.1\r\nHost: a\r\nX-Request-Id: r${i}\r\n${close}${authorization}\r\n`;
        });
        const answers = await pipeline(app.url, texts.join(''));
        expect(answers).toHaveLength(requests.length);
        requests.forEach(({ caller, route }, i) => {
          const { status, requestId, text } = answers[i]!;
          expect(requestId).toBe(`r${i}`);
          expectCaller(caller, route.isPublic, status, text);
        });
      }),
      { numRuns: 100 },
    );
  });
});

/** Pipelines all requests on one socket, and reads the responses until the server closes it. */
function pipeline(
  url: string,
  text: string,
): Promise<{ status: number; requestId: string | undefined; text: string }[]> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text));
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve(split(Buffer.concat(chunks).toString())));
  });
}

function split(text: string): { status: number; requestId: string | undefined; text: string }[] {
  return text
    .split(/(?=HTTP\/1\.1 \d)/)
    .filter((part) => part !== '')
    .map((part) => ({
      status: Number(part.split(' ')[1]),
      requestId: /^x-request-id: (.*)\r$/im.exec(part)?.[1],
      text: part.slice(part.indexOf('\r\n\r\n') + 4),
    }));
}
