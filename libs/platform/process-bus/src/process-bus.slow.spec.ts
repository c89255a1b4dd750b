import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTestDatabase, SilentProxy, SOON, type TestDatabase, TestProcess } from '@gatehouse/testing';
import { ProcessBus } from './process-bus.js';

const CHILD = new URL('./process-bus.child.ts', import.meta.url);

describe('ProcessBus', () => {
  let database: TestDatabase;
  let admin: pg.Client;
  const opened: ProcessBus[] = [];
  const processes: TestProcess[] = [];

  const open = async (): Promise<ProcessBus> => {
    const bus = new ProcessBus(database.url);
    opened.push(bus);
    await bus.start();
    return bus;
  };
  const openProcess = async (): Promise<TestProcess> => {
    const child = new TestProcess(CHILD, [database.url]);
    processes.push(child);
    expect(await child.next()).toBe('ready');
    return child;
  };
  const stateOf = async (child: TestProcess) => {
    child.send('state');
    return child.next<{ last: string; connected: boolean }>();
  };
  const killSessions = (): Promise<pg.QueryResult> =>
    admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'gatehouse-bus'`,
    );

  beforeAll(async () => {
    database = await createTestDatabase();
    admin = new pg.Client(database.url);
    await admin.connect();
  });
  beforeEach(() => {
    vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    vi.spyOn(Logger.prototype, 'debug').mockImplementation(() => undefined);
    vi.spyOn(Logger.prototype, 'log').mockImplementation(() => undefined);
  });
  /** Number of times a publisher has waited for a process in vain. */
  const givenUp = () =>
    vi
      .mocked(Logger.prototype.warn)
      .mock.calls.filter(([text]) =>
        /^Sessions [\d, ]+ did not confirm a message on "topic"/.test(String(text)),
      ).length;
  afterEach(async () => {
    await Promise.all(processes.splice(0).map((child) => child.end()));
    await Promise.all(opened.splice(0).map((bus) => bus.close()));
    vi.restoreAllMocks();
  });
  afterAll(async () => {
    await admin?.end();
    await database?.drop();
  });

  it('applies a message in every process before publish resolves, its own first', async () => {
    const [one, two] = [await open(), await open()];
    const order: string[] = [];
    one.subscribe('topic', (payload) => void order.push(`one ${payload}`));
    two.subscribe('topic', async (payload) => {
      await sleep(50);
      order.push(`two ${payload}`);
    });
    two.subscribe('other', () => void order.push('never'));
    await one.publish('topic', `it's \u0000 "Ünïcode" \ud800`);
    expect(order).toEqual([`one it's \u0000 "Ünïcode" \ud800`, `two it's \u0000 "Ünïcode" \ud800`]);
  });

  it('receives other channels, reports possible gaps, and receives them again after a connection loss', async () => {
    const bus = await open();
    const heard: string[] = [];
    const missed = vi.fn();
    bus.listen('other_channel', (payload) => heard.push(payload), missed);
    await vi.waitFor(() => expect(missed).toHaveBeenCalledOnce(), SOON);
    await admin.query(`NOTIFY other_channel, 'before'; NOTIFY another_channel, 'not heard'`);
    await vi.waitFor(() => expect(heard).toEqual(['before']), SOON);

    await killSessions();
    await vi.waitFor(() => expect(missed).toHaveBeenCalledTimes(2), SOON);
    await admin.query(`NOTIFY other_channel, 'after'`);
    await vi.waitFor(() => expect(heard).toEqual(['before', 'after']), SOON);
  });

  it('exchanges messages with a real second process in both directions', async () => {
    const bus = await open();
    const received: string[] = [];
    bus.subscribe('topic', (payload) => void received.push(payload));
    const child = await openProcess();
    await bus.publish('topic', 'from here');
    expect(await stateOf(child)).toEqual({ last: 'from here', connected: true });
    child.send('from there');
    expect(await child.next()).toBe('published');
    expect(received).toEqual(['from here', 'from there']);
  });

  it('does not wait for a process that was killed earlier', async () => {
    const bus = await open();
    const child = await openProcess();
    await child.end('SIGKILL');
    await sleep(100);
    await bus.publish('topic', 'x');
    expect(givenUp()).toBe(0);
  });

  it('gives up on a suspended process, which no longer trusts its state when it resumes', async () => {
    const bus = await open();
    const child = await openProcess();
    await bus.publish('topic', 'remembered');
    process.kill(child.pid, 'SIGSTOP');
    child.send('state');
    const startedAt = Date.now();
    await bus.publish('topic', 'missed');
    expect(Date.now() - startedAt).toBeGreaterThan(1_900);
    expect(givenUp()).toBe(1);
    process.kill(child.pid, 'SIGCONT');
    const state = await child.next<{ last: string; connected: boolean }>();
    expect(state.connected && state.last === 'remembered').toBe(false);
    await vi.waitFor(
      async () => expect(await stateOf(child)).toEqual({ last: 'nothing', connected: true }),
      SOON,
    );
  });

  it('makes only one write wait for a suspended process, from any process', async () => {
    const [one, two] = [await open(), await open()];
    const child = await openProcess();
    await one.publish('topic', 'remembered');
    process.kill(child.pid, 'SIGSTOP');
    await Promise.all([
      one.publish('topic', 'first'),
      sleep(300).then(() => one.publish('topic', 'meanwhile')),
    ]);
    const before = givenUp();
    for (let i = 0; i < 10; i++) await (i % 2 ? one : two).publish('topic', `later ${i}`);
    expect(givenUp()).toBe(before);
    child.send('state');
    process.kill(child.pid, 'SIGCONT');
    const state = await child.next<{ last: string; connected: boolean }>();
    expect(state.connected).toBe(false);
    await vi.waitFor(
      async () => expect(await stateOf(child)).toEqual({ last: 'nothing', connected: true }),
      SOON,
    );
    await two.publish('topic', 'again');
    expect(await stateOf(child)).toEqual({ last: 'again', connected: true });
  });

  it('trusts nothing after a suspension until it has a new session, for which others wait', async () => {
    const bus = await open();
    const child = await openProcess();
    const sessionOf = async () =>
      (
        await admin.query(
          `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'gatehouse-bus'
           ORDER BY backend_start DESC LIMIT 1`,
        )
      ).rows[0].pid as number;
    const before = await sessionOf();
    // Nobody publishes in the meantime, so its session is not ended.
    process.kill(child.pid, 'SIGSTOP');
    await sleep(1_700);
    child.send('state');
    process.kill(child.pid, 'SIGCONT');
    expect((await child.next<{ connected: boolean }>()).connected).toBe(false);
    await vi.waitFor(async () => expect((await stateOf(child)).connected).toBe(true), SOON);
    expect(await sessionOf()).not.toBe(before);
    await bus.publish('topic', 'heard');
    expect((await stateOf(child)).last).toBe('heard');
  });

  it('detects a lost connection, reconnects, reports the gap, and works again', async () => {
    const [one, two] = [await open(), await open()];
    const received: string[] = [];
    let gaps = 0;
    two.onGap(() => gaps++);
    two.subscribe('topic', (payload) => void received.push(payload));
    await killSessions();
    await vi.waitFor(() => expect(two.connected).toBe(false), SOON);
    expect(gaps).toBe(0);
    await vi.waitFor(() => expect(one.connected && two.connected).toBe(true), SOON);
    expect(gaps).toBe(1);
    await one.publish('topic', 'again');
    expect(received).toEqual(['again']);
  });

  it('sends what was published while the connection was down', async () => {
    const [one, two] = [await open(), await open()];
    const received: string[] = [];
    two.subscribe('topic', (payload) => void received.push(payload));
    await killSessions();
    await vi.waitFor(() => expect(one.connected || two.connected).toBe(false), SOON);
    await vi.waitFor(() => expect(two.connected).toBe(true), SOON);
    await one.publish('topic', 'late');
    expect(received).toEqual(['late']);
  });

  it('confirms hundreds of concurrent messages, in order, without a warning', async () => {
    const [one, two, three] = [await open(), await open(), await open()];
    const seen: Record<string, string[]> = { two: [], three: [] };
    two.subscribe('topic', (payload) => void seen['two']!.push(payload));
    three.subscribe('topic', (payload) => void seen['three']!.push(payload));
    const payloads = Array.from({ length: 500 }, (_, index) => String(index));
    await Promise.all(payloads.map((payload) => one.publish('topic', payload)));
    expect(seen).toEqual({ two: payloads, three: payloads });
    expect(Logger.prototype.warn).not.toHaveBeenCalled();
  });

  it('refuses messages that PostgreSQL cannot carry, before anything is applied', async () => {
    const bus = await open();
    const received: string[] = [];
    bus.subscribe('topic', (payload) => void received.push(payload));
    await expect(bus.publish('topic', 'ü'.repeat(4_000))).rejects.toThrow(RangeError);
    await bus.publish('topic', 'x'.repeat(7_800));
    expect(received).toHaveLength(1);
  });

  it('invalidates everything where a message could not be applied, and still confirms it', async () => {
    const error = vi.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    const [one, two] = [await open(), await open()];
    let gaps = 0;
    two.onGap(() => gaps++);
    two.subscribe('topic', () => {
      throw new Error('no');
    });
    await one.publish('topic', 'x');
    expect(gaps).toBe(1);
    expect(error).toHaveBeenCalledOnce();
  });

  it('ignores foreign notifications', async () => {
    const [one, two] = [await open(), await open()];
    const received: string[] = [];
    two.subscribe('topic', (payload) => void received.push(payload));
    for (const text of ['', 'nonsense', '{}', '[1,2,3,4]', 'null'])
      await admin.query('SELECT pg_notify($1, $2)', ['gatehouse_bus', text]);
    await one.publish('topic', 'mine');
    expect(received).toEqual(['mine']);
  });

  it('releases waiting publishers when it closes, even twice', async () => {
    const bus = await open();
    const child = await openProcess();
    process.kill(child.pid, 'SIGSTOP');
    const publishing = bus.publish('topic', 'x');
    await sleep(100);
    await bus.close();
    await publishing;
    await bus.close();
    expect(givenUp()).toBe(0);
    expect(bus.connected).toBe(false);
  });

  it('detects within seconds that the server has gone silent', async () => {
    const proxy = await SilentProxy.open(database.url);
    const bus = new ProcessBus(proxy.url);
    opened.push(bus);
    await bus.start();
    let gaps = 0;
    bus.onGap(() => gaps++);
    expect(bus.connected).toBe(true);
    proxy.silence();
    await vi.waitFor(() => expect(bus.connected).toBe(false), SOON);
    await vi.waitFor(() => expect(bus.connected).toBe(true), SOON);
    expect(gaps).toBe(1);
    await proxy.close();
  });

  it('starts without a database and is not trusted until one is available', async () => {
    const bus = new ProcessBus('postgres://nobody@127.0.0.1:1/none');
    opened.push(bus);
    await bus.start();
    expect(bus.connected).toBe(false);
  });
});
