import type { Type } from '@nestjs/common';
import { expect } from 'vitest';
import { call, type CallOptions, type Reply } from './http-client.js';
import { matrix, matrixFeatures } from './authorization-matrix.js';
import { pathOf } from './matrix/cell.js';
import type { Ask, Row } from './matrix/row.js';
import { apiKey, Scene } from './matrix/scene.js';
import { type Operation, operationsOf } from './operations.js';
import { routeTableOf } from './route-table.js';
import { rowFingerprint } from './row-fingerprint.js';
import { TestApp } from './test-app.js';

const ORIGIN = 'https://client.example';

/** The application without limits, and an administrator who sends invalid requests. */
export class HostileApp {
  private constructor(
    readonly app: TestApp,
    readonly operations: Operation[],
    readonly token: string,
    /** For the routes that take nothing else; a token beside it counts first. */
    readonly apiKey: string,
  ) {}

  static async start(
    variables: Record<string, string> = {},
    extra: readonly Type<unknown>[] = [],
  ): Promise<HostileApp> {
    const settings = { THROTTLE_DISABLED: 'true', ALLOWED_ORIGINS: ORIGIN, ...variables };
    const app = await TestApp.start(settings, [...matrixFeatures, ...extra]);
    const scene = await Scene.ofAdmin(app);
    const document = app.app.getHttpAdapter().getInstance().openApiDocument;
    const all = operationsOf(document, await pathsOfExisting(app, scene));
    // Actions have another form of errors, and specs of their own.
    const operations = all.filter(({ template }) => !template.startsWith('/api/v0/'));
    const { token } = scene.owner;
    return new HostileApp(app, operations, token, await apiKey(app, token, []));
  }

  stop(): Promise<void> {
    return this.app.stop();
  }

  /** Sends a request as the administrator, from another origin, and checks the CORS headers of the response. */
  async send(method: string, path: string, options: CallOptions = {}): Promise<Reply> {
    const authorization = `Bearer ${this.token}`;
    const headers = { authorization, 'x-api-key': this.apiKey, origin: ORIGIN, ...options.headers };
    const reply = await call(this.app.url, method, path, { ...options, headers });
    expect(reply.headers).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-credentials': 'true',
      vary: expect.stringContaining('Origin'),
    });
    return reply;
  }

  /** Sends a JSON body to an operation. */
  sendJson({ method, path }: Operation, body: string | Buffer, options: CallOptions = {}): Promise<Reply> {
    const headers = { 'content-type': 'application/json', ...options.headers };
    return this.send(method, path, { ...options, headers, body });
  }

  /** Expects that the requests write nothing and cause no 5xx. */
  async refuses(requests: () => Promise<void>): Promise<void> {
    const before = await rowFingerprint(this.app.dataSource);
    await requests();
    expect(await rowFingerprint(this.app.dataSource)).toEqual(before);
    expect(await this.faults()).toEqual([]);
  }

  /** The metrics of 5xx responses, each of which is also logged as an error. */
  async faults(): Promise<string[]> {
    const { text } = await call(this.app.url, 'GET', '/metrics');
    return text.split('\n').filter((line) => /^api_requests_total\{.*status="5/.test(line));
  }
}

/** Returns a function that fills in the paths of operations with resources of a scene, made as the matrix does. */
async function pathsOfExisting(
  app: TestApp,
  scene: Scene,
): Promise<(template: string, method: string) => string> {
  const paths = new Map<string, string>();
  const made = new Map<Row['ask'], Ask>();
  for (const { method, path } of routeTableOf(app).routes) {
    const { ask } = matrix[`${method} ${path}`] ?? {};
    if (!path.includes(':') || !ask) continue;
    const known = made.get(ask) ?? (await ask(scene));
    made.set(ask, known);
    paths.set(`${method} ${path}`, pathOf(path, known.params));
  }
  return (template, method) => paths.get(`${method} ${template.replace(/\{(\w+)\}/g, ':$1')}`) ?? template;
}
