import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { describeWithRedisServer, RedisServer, SOON } from '@gatehouse/testing';
import { ErrorReply } from '@redis/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRedisClient } from './create-redis-client.js';
import { RedisAwayError } from './redis-away.error.js';
import { RedisConnection } from './redis-connection.js';
import { RedisModule } from './redis.module.js';

const lines: string[] = [];
const logger = {
  log: (line: string) => void lines.push(`log ${line}`),
  warn: (line: string) => void lines.push(`warn ${line}`),
  error: (line: string) => void lines.push(`error ${line}`),
};

beforeEach(() => {
  lines.length = 0;
  Logger.overrideLogger(logger);
});

describe('RedisConnection without a URL', () => {
  it('logs that memory is used, is never ready, and fails at once', async () => {
    const connection = new RedisConnection(undefined);
    connection.onModuleInit();
    expect(lines.join()).toMatch(/^log .*memory of this process$/);
    expect(connection.client).toBeUndefined();
    expect(connection.ready).toBe(false);
    await expect(connection.check()).rejects.toBeInstanceOf(RedisAwayError);
    connection.onApplicationShutdown();
  });
});

describeWithRedisServer('RedisConnection', () => {
  let server: RedisServer;
  let connection: RedisConnection;

  beforeEach(async () => {
    server = await RedisServer.reserve();
    connection = new RedisConnection(server.url);
  });
  afterEach(async () => {
    connection.onApplicationShutdown();
    await server.stop();
  });

  const isReady = (ready: boolean) => vi.waitUntil(() => connection.ready === ready, SOON);

  it('starts without Redis, fails fast, and connects when it becomes available', async () => {
    const reconnected = vi.fn();
    connection.onReconnect(reconnected);
    connection.onModuleInit();
    const command = vi.fn();
    await expect(connection.run(command)).rejects.toBeInstanceOf(RedisAwayError);
    expect(command).not.toHaveBeenCalled();
    await vi.waitUntil(() => lines.length > 0, SOON);
    expect(reconnected).not.toHaveBeenCalled();
    await server.start();
    await isReady(true);
    await connection.check();
    expect(reconnected).toHaveBeenCalledOnce();
  });

  it('logs once which store is used, once that it is lost, once that it is back', async () => {
    const reconnected = vi.fn();
    connection.onReconnect(reconnected);
    await server.start();
    connection.onModuleInit();
    await isReady(true);
    expect(reconnected).not.toHaveBeenCalled();
    await server.stop();
    await isReady(false);
    await Promise.allSettled(Array.from({ length: 100 }, () => connection.check()));
    await new Promise((resolve) => setTimeout(resolve, 500));
    await server.start();
    await isReady(true);
    expect(reconnected).toHaveBeenCalledOnce();
    expect(lines).toEqual([
      expect.stringMatching(/^log Redis at .* is connected/),
      expect.stringMatching(/^warn Redis at .* is away/),
      expect.stringMatching(/^log Redis at .* is back/),
    ]);
  });

  it('never logs the password of its URL', async () => {
    connection = new RedisConnection(server.url.replace('//', '//user:hush@'));
    connection.onModuleInit();
    await vi.waitUntil(() => lines.length > 0, SOON);
    expect(lines.join()).not.toContain('hush');
  });

  it('gives up on a server that does not respond, and resumes when it does', async () => {
    await server.start();
    connection.onModuleInit();
    await isReady(true);
    server.freeze();
    const answers = await Promise.allSettled(Array.from({ length: 20 }, () => connection.check()));
    expect(answers.every(({ status }) => status === 'rejected')).toBe(true);
    expect(connection.ready).toBe(false);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(connection.ready).toBe(false);
    server.thaw();
    await isReady(true);
    await connection.check();
    expect(lines.filter((line) => line.startsWith('warn'))).toHaveLength(1);
  });

  it('detects a silent server without a command of the application', async () => {
    await server.start();
    connection.onModuleInit();
    await isReady(true);
    server.freeze();
    await isReady(false);
    server.thaw();
    await isReady(true);
  });

  it('does not blame Redis for a pause of this process', async () => {
    await server.start();
    connection.onModuleInit();
    await isReady(true);
    const before = connection.client!.socketEpoch;
    const answers = Array.from({ length: 20 }, () => connection.check());
    const end = performance.now() + 600;
    while (performance.now() < end);
    await Promise.all(answers);
    expect(connection.client!.socketEpoch).toBe(before);
  });

  it('keeps an idle connection', async () => {
    await server.start();
    connection.onModuleInit();
    await isReady(true);
    const before = connection.client!.socketEpoch;
    await new Promise((resolve) => setTimeout(resolve, 3_500));
    await connection.check();
    expect(connection.client!.socketEpoch).toBe(before);
  });

  it.each([
    ['connected', true],
    ['away', false],
  ])('closes silently and for good while Redis is %s', async (_, running) => {
    if (running) await server.start();
    connection.onModuleInit();
    await vi.waitUntil(() => lines.length > 0, SOON);
    const pending = connection.check();
    connection.onApplicationShutdown();
    await expect(pending).rejects.toThrow();
    if (!running) await server.start();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(lines).toHaveLength(1);
    expect(connection.ready).toBe(false);
    expect(connection.client!.isOpen).toBe(false);
  });

  it.each([
    ['is out of memory', ['CONFIG', 'SET', 'maxmemory', '1'], ['CONFIG', 'SET', 'maxmemory', '0']],
    ['is a replica', ['REPLICAOF', '127.0.0.1', '1'], ['REPLICAOF', 'NO', 'ONE']],
    [
      'has no permission for the keys',
      ['ACL', 'SETUSER', 'default', 'resetkeys', '~other:*'],
      ['ACL', 'SETUSER', 'default', '~*'],
    ],
    [
      'has no permission for scripts',
      ['ACL', 'SETUSER', 'default', '-eval'],
      ['ACL', 'SETUSER', 'default', '+eval'],
    ],
  ])(
    'counts as away, with one warning, while it refuses because it %s, and comes back by itself',
    async (_, begin, end) => {
      await server.start();
      connection.onModuleInit();
      await isReady(true);
      await connection.check();
      const reconnected = vi.fn();
      connection.onReconnect(reconnected);
      const admin = createRedisClient(server.url);
      await admin.connect();
      await admin.sendCommand(begin);
      for (let n = 0; n < 3; n++) await expect(connection.check()).rejects.toBeInstanceOf(ErrorReply);
      expect(connection.ready).toBe(false);
      await expect(connection.run((client) => client.get('key'))).rejects.toBeInstanceOf(RedisAwayError);
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      expect(connection.ready).toBe(false);
      await admin.sendCommand(end);
      await isReady(true);
      admin.destroy();
      expect(reconnected).toHaveBeenCalledOnce();
      expect(lines).toEqual([
        expect.stringMatching(/^log Redis at .* is connected/),
        expect.stringMatching(/^warn Redis at .* refuses commands \(.+\): until it takes them/),
        expect.stringMatching(/^log Redis at .* takes commands/),
      ]);
    },
  );

  it('detects a refusal at once, including in a reply to the application', async () => {
    await server.start('--maxmemory', '1');
    connection.onModuleInit();
    await vi.waitUntil(() => lines.some((line) => line.startsWith('warn')), SOON);
    expect(connection.ready).toBe(false);
  });

  it('is injectable, and closes with the application', async () => {
    await server.start();
    const app = await NestFactory.createApplicationContext(RedisModule.forRoot(server.url), {
      logger: false,
    });
    const injected = app.get(RedisConnection);
    await vi.waitUntil(() => injected.ready, SOON);
    await app.close();
    expect(injected.client!.isOpen).toBe(false);
  });
});
