import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import {
  createServer,
  type IncomingMessage,
  request as send,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { UnavailableProblem } from '@gatehouse/http';
import { v7 as uuidv7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { S3Storage } from './s3-storage.js';
import { s3Storage } from './testing/open-s3.js';
import { S3Server } from './testing/s3-server.js';

const MEGABYTE = 1024 * 1024;
const megabytes = (count: number): Readable =>
  Readable.from(Array<Buffer>(count).fill(Buffer.alloc(MEGABYTE, 'x')));
const spooled = async (): Promise<string[]> =>
  (await readdir(tmpdir())).filter((name) => /^gatehouse-[\da-f-]{36}$/.test(name));

type Behaviour = (
  request: IncomingMessage,
  response: ServerResponse,
  forward: () => Promise<IncomingMessage>,
) => void;

function forwardTo(endpoint: string, request: IncomingMessage): Promise<IncomingMessage> {
  const { method, url, headers } = request;
  return new Promise((resolve, reject) => {
    request.pipe(send(endpoint + url!, { method, headers }, resolve).on('error', reject));
  });
}

function pass(answer: IncomingMessage, response: ServerResponse): void {
  answer.pipe(response.writeHead(answer.statusCode!, answer.headers));
}

/** @returns its URL */
async function listen(server: Server): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

let server: S3Server;
beforeEach(async () => {
  server = await S3Server.start();
});
afterEach(() => server.stop());

/** Every use of a storage that is not there. */
async function expectUnavailable(storage: S3Storage): Promise<void> {
  const key = uuidv7();
  for (const use of [
    () => storage.put(key, megabytes(8)),
    () => storage.get(key),
    () => storage.remove(key),
    () => storage.keys(new Date()).next(),
    () => storage.check(),
  ])
    await expect(use()).rejects.toThrow(UnavailableProblem);
  expect(await spooled()).toEqual([]);
}

describe('S3 that cannot be used is unavailable', () => {
  it.each<[string, Record<string, string>]>([
    ['nobody listens', { S3_ENDPOINT: 'http://127.0.0.1:1' }],
    ['the bucket does not exist', { S3_BUCKET: 'other' }],
  ])('when %s', async (_, settings) => {
    await expectUnavailable(s3Storage({ ...server.settings, ...settings }));
  });

  it.each<[string, (server: Server) => void]>([
    ['accepts and says nothing', () => undefined],
    ['hangs up', (server) => server.on('request', (_, response) => response.destroy())],
    ['refuses the key', (server) => server.on('request', (_, response) => response.writeHead(403).end())],
    ['is busy', (server) => server.on('request', (_, response) => response.writeHead(503).end())],
    [
      'answers nonsense',
      (server) => server.on('request', (_, response) => response.writeHead(500).end('<x')),
    ],
  ])('when it %s', async (_, behave) => {
    const broken = createServer();
    behave(broken);
    const S3_ENDPOINT = await listen(broken);
    await expectUnavailable(s3Storage({ ...server.settings, S3_ENDPOINT, S3_TIMEOUT_SECONDS: '1' }));
    broken.closeAllConnections();
    broken.close();
  });
});

describe('S3 that fails in the middle', () => {
  const closed: (() => void)[] = [];
  afterEach(() => closed.splice(0).forEach((close) => close()));

  /** @param behave handles requests of one method; the others are passed on */
  async function failing(method: string, behave: Behaviour): Promise<S3Storage> {
    const front = createServer((request, response) => {
      const forward = () => forwardTo(server.endpoint, request);
      if (request.method === method) behave(request, response, forward);
      else void forward().then((answer) => pass(answer, response));
    });
    closed.push(
      () => front.closeAllConnections(),
      () => front.close(),
    );
    return s3Storage({
      ...server.settings,
      S3_ENDPOINT: await listen(front),
      S3_TIMEOUT_SECONDS: '2',
    });
  }

  it.each<[string, Behaviour]>([
    ['it hangs up', (request) => request.once('data', () => request.destroy())],
    ['it falls silent', (request) => request.once('data', () => request.pause())],
    ['its answer is lost', (request, _, forward) => void forward().then(() => request.destroy())],
    [
      'its answer does not come',
      (_, __, forward) => void forward().then((answer) => answer.on('data', () => undefined)),
    ],
  ])('of an upload leaves nothing: %s', async (_, behave) => {
    const storage = await failing('PUT', behave);
    await expect(storage.put(uuidv7(), megabytes(10))).rejects.toThrow(UnavailableProblem);
    expect([await server.keys(), await spooled()]).toEqual([[], []]);
  });

  it.each<[string, (answer: IncomingMessage, response: ServerResponse) => void]>([
    ['it hangs up', (answer, response) => answer.once('data', () => response.destroy())],
    ['it falls silent', () => undefined],
  ])('of a download ends it with an error: %s', async (_, behave) => {
    const storage = await failing('GET', (_request, response, forward) => {
      void forward().then((answer) => {
        pass(answer, response);
        answer.once('data', () => {
          answer.unpipe(response);
          behave(answer, response);
        });
      });
    });
    const key = uuidv7();
    await storage.put(key, megabytes(10));
    const content = (await storage.get(key))!;
    await expect(buffer(content)).rejects.toThrow(/timed out|aborted/);
  });

  it('lets a download take longer than its time limit while it goes on', async () => {
    const storage = s3Storage({ ...server.settings, S3_TIMEOUT_SECONDS: '1' });
    const key = uuidv7();
    await storage.put(key, megabytes(10));
    let size = 0;
    for await (const chunk of (await storage.get(key))!) {
      size += (chunk as Buffer).length;
      if (size < 2 * MEGABYTE) await sleep(100);
    }
    expect(size).toBe(10 * MEGABYTE);
  });

  it('holds no upload in memory', async () => {
    const paused = new Set<IncomingMessage>();
    const storage = await failing('PUT', (request) => paused.add(request.pause()));
    const before = process.memoryUsage().arrayBuffers;
    const storing = Array.from({ length: 20 }, () => storage.put(uuidv7(), megabytes(10)));
    const ended = Promise.allSettled(storing);
    await expect.poll(() => paused.size).toBe(20);
    // Half of what they would take when kept.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100 * MEGABYTE);
    await ended;
  });
});

it('is used by connections of its own for each download', async () => {
  const storage = s3Storage(server.settings);
  const key = uuidv7();
  await storage.put(key, megabytes(10));
  const held = await Promise.all(Array.from({ length: 60 }, () => storage.get(key)));
  expect(await text((await storage.get(key, { start: 0, end: 2 }))!)).toBe('xxx');
  for (const content of held) content!.destroy();
});
