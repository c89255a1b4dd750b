import { randomBytes, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DataSource } from 'typeorm';
import { createApp, databaseOptions, features } from '@gatehouse/api';
import { Environment, loadEnvironment } from '@gatehouse/config';
import { migrate } from '@gatehouse/database';
import { FeatureRegistry, runFactories, settingsOf } from '@gatehouse/modules';
import { createLogger } from '@gatehouse/observability';
import { RedisConnection } from '@gatehouse/redis';
import { createTestDatabase, responseChecker } from '@gatehouse/testing';
import { expectNoSecrets, noteSecrets } from './used-secrets.js';

export const PASSWORD = 'Passw0rd';

/** Prefix of the keys of each test application, so that concurrent specs share neither limits nor entries. */
const REDIS_PREFIX = 'gatehouse-test:';

export interface RequestOptions {
  token?: string;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as a form. */
  form?: Record<string, string>;
  /** Sent unchanged; `headers` must contain its media type. */
  raw?: RequestInit['body'];
  headers?: Record<string, string>;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** The parsed body if it is JSON. */
  body: any; // eslint-disable-line -- tests inspect any body
}

/** The real application with its own database, on a real socket. */
export class TestApp {
  private readonly check: ReturnType<typeof responseChecker>;

  private constructor(
    readonly app: NestFastifyApplication,
    readonly url: string,
    readonly dataSource: DataSource,
    /** Folder of the contents of uploaded files. */
    readonly storageDir: string,
    private readonly log: readonly string[],
    private readonly dropDatabase: () => Promise<void>,
  ) {
    this.check = responseChecker(app.getHttpAdapter().getInstance().openApiDocument);
  }

  /**
   * @param variables environment variables, in addition to those of all tests
   * @param extra features in addition to the application's
   */
  static async start(
    variables: Record<string, string> = {},
    extra: readonly Type<unknown>[] = [],
  ): Promise<TestApp> {
    const database = await createTestDatabase();
    const storageDir = join(tmpdir(), `gatehouse-test-${randomUUID()}`);
    const settings = testVariables({
      STORAGE_DIR: storageDir,
      DATABASE_URL: database.url,
      REDIS_PREFIX: `${REDIS_PREFIX}${randomUUID()}:`,
      ...variables,
    });
    noteSecrets(settings);
    const environment = loadEnvironment(settings, settingsOf([...features, ...extra]));
    await migrate(databaseOptions(database.url));
    const log: string[] = [];
    const logger = createLogger(environment.LOG_LEVEL, { write: (line) => void log.push(line) });
    const app = await createApp(environment, database.url, logger, [...features, ...extra]);
    const dataSource = app.get(DataSource);
    await runFactories(
      app.get(FeatureRegistry).declarations,
      dataSource,
      app.get(ModuleRef),
      () => undefined,
    );
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.getHttpServer().address() as AddressInfo;
    return new TestApp(app, `http://127.0.0.1:${port}`, dataSource, storageDir, log, database.drop);
  }

  /** Also checks that no secret that a spec has used is in its log. */
  async stop(): Promise<void> {
    await this.forgetRedis();
    await this.app.close();
    await this.dropDatabase();
    await rm(this.storageDir, { recursive: true, force: true });
    expectNoSecrets(this.log);
  }

  private async forgetRedis(): Promise<void> {
    const { client, ready } = this.app.get(RedisConnection);
    const prefix = this.app.get(Environment).REDIS_PREFIX;
    if (!client || !ready || !prefix.startsWith(REDIS_PREFIX)) return;
    for await (const keys of client.scanIterator({ MATCH: `${prefix}*`, COUNT: 1000 })) {
      await Promise.all(keys.map((key) => client.unlink(key)));
    }
  }

  /** Sends a request and checks the response against the OpenAPI document. */
  async request(method: string, path: string, options: RequestOptions = {}): Promise<Answer> {
    const answer = await send(this.url, method, path, options);
    const problems = this.problemsOf(method, path.split('?')[0]!, answer);
    if (problems.length > 0) {
      throw new Error(
        `${method} ${path} does not match its documentation:\n${problems.join('\n')}\n${answer.text}`,
      );
    }
    return answer;
  }

  private problemsOf(method: string, path: string, { status, headers, body, text }: Answer): string[] {
    const found = this.check(method, path, status, Object.fromEntries(headers), body ?? text);
    const isUndocumented = found.length === 1 && found[0]!.endsWith('is not documented');
    // Requests that match no operation are refused with a problem document as well.
    return isUndocumented && (method === 'OPTIONS' || (status >= 400 && isProblem(status, headers, body)))
      ? []
      : found;
  }

  async loginAs(username: string): Promise<string> {
    const { body } = await this.request('POST', '/api/v1/auth/login', {
      body: { username, password: PASSWORD },
    });
    return body.access_token;
  }
}

function isProblem(status: number, headers: Headers, body: Answer['body']): boolean {
  return (
    headers.get('content-type') === 'application/problem+json' &&
    body.status === status &&
    body.requestId !== ''
  );
}

/** Settings of test applications: cheap hashes, every log line, limits that are only reached on purpose, no background jobs. */
export function testVariables(variables: Record<string, string>): Record<string, string> {
  return {
    NODE_ENV: 'test',
    JWT_SECRET: randomBytes(48).toString('base64'),
    PAYMENT_WEBHOOK_SECRET: randomBytes(24).toString('hex'),
    ARGON2_MEMORY_KIB: '64',
    ARGON2_PASSES: '1',
    LOG_LEVEL: 'trace',
    EDGE_LIMIT: '1000000',
    LOGIN_ATTEMPTS: '1000000',
    DEVELOPMENT_DATA: 'true',
    WORKER: 'none',
    ...(process.env['REDIS_URL'] && { REDIS_URL: process.env['REDIS_URL'] }),
    ...variables,
  };
}

/** Sends a request to any server. */
export async function send(
  url: string,
  method: string,
  path: string,
  options: RequestOptions = {},
): Promise<Answer> {
  const { token, body, form, raw } = options;
  const headers = {
    ...(token && { authorization: `Bearer ${token}` }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...options.headers,
  };
  noteSecrets([headers, body, form]);
  const response = await fetch(url + path, {
    method,
    headers,
    redirect: 'manual',
    body: raw ?? (form ? new URLSearchParams(form) : body === undefined ? undefined : JSON.stringify(body)),
    ...(raw instanceof ReadableStream && { duplex: 'half' }),
  });
  const isEventStream = response.headers.get('content-type')?.startsWith('text/event-stream');
  const text = await (isEventStream ? firstChunk(response) : response.text());
  const isJson = /[/+]json/.test(response.headers.get('content-type') ?? '') && text !== '';
  const received: Answer['body'] = isJson ? JSON.parse(text) : undefined;
  noteSecrets([response.headers, received]);
  return { status: response.status, headers: response.headers, text, body: received };
}

/** Reads the start of an endless stream. */
async function firstChunk({ body }: Response): Promise<string> {
  if (!body) return '';
  const reader = body.getReader();
  const { value } = await reader.read();
  await reader.cancel();
  return new TextDecoder().decode(value as Uint8Array | undefined);
}
