import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { specApp, specPolicies, specTags } from '../testing/spec-app.js';
import { buildDocument } from './build-document.js';
import { operationId } from './operation-id.js';
import { errorStatuses } from './operation-policy.js';

interface SpecOperation {
  description: string;
  security: unknown;
  parameters: unknown;
  requestBody: { content: Record<string, unknown> };
  responses: Record<string, { headers: object; content?: unknown }>;
  'x-permissions': unknown;
  'x-throttle': unknown;
  'x-cache': unknown;
}

describe('buildDocument', () => {
  let app: NestFastifyApplication;
  let document: OpenAPIObject;
  const options = {
    version: '1.2.3',
    description: 'For specs.',
    tags: [...specTags, { name: 'Empty', description: 'Nothing' }],
    policies: specPolicies,
  };

  beforeAll(async () => {
    app = await specApp();
    document = buildDocument(app, options);
  });
  afterAll(() => app.close());

  const operation = (method: 'get' | 'post' | 'delete', path: string): SpecOperation =>
    document.paths[path]![method] as unknown as SpecOperation;
  const list = (): SpecOperation => operation('get', '/api/v1/books');

  it('is OpenAPI 3.1 with the paths that clients see', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(document.info).toMatchObject({
      title: 'Gatehouse',
      version: '1.2.3',
      description: 'For specs.',
      license: { identifier: 'MIT' },
    });
    expect(Object.keys(document.paths)).toEqual(
      ['/api/v1/books', '/api/v1/books/import', '/api/v1/books/{id}', '/api/v2/books', '/metrics'],
    ); // prettier-ignore
    expect(document.tags, 'only those with operations').toEqual(specTags);
  });

  it('names operations readably', () => {
    const ids = Object.values(document.paths).flatMap((item) =>
      Object.values(item).map((each) => each.operationId),
    );
    expect(ids).toEqual(
      ['books_list', 'books_create', 'books_import', 'books_get', 'books_remove', 'books_list_v2', 'metrics_render'],
    ); // prettier-ignore
    expect(operationId('ApiKeysController', 'list', '1')).toBe('apiKeys_list');
    expect(operationId('UsersController', 'list', '2')).toBe('users_list_v2');
    expect(operationId('UsersController', 'list[1]')).toBe('users_list_1');
  });

  it('derives security, notes and extensions from the policy', () => {
    expect(list().security).toEqual([]);
    expect(list()['x-permissions']).toBe('public');
    expect(list()['x-throttle']).toEqual({ limit: 300, ttlSeconds: 60 });
    expect(list()['x-cache']).toEqual({ ttlSeconds: 300, shared: true });
    expect(list().description).toContain('300 requests per 1 minute');
    expect(list().description).toContain('5 minutes, shared by all callers');

    const create = operation('post', '/api/v1/books');
    expect(create.security).toEqual([{ login: [] }, { cookie: [] }, { apiKey: [] }]);
    const remove = operation('delete', '/api/v1/books/{id}');
    expect(remove.security).toEqual([{ login: [] }, { cookie: [] }]);
    expect(remove.description).toContain('permission `books.write`, not by API key');
    expect(create.description).toContain('permissions `books.write` and `books.read`');
    expect(operation('get', '/api/v1/books/{id}').description).toMatch(
      /^One book\.\n\n.*any authenticated user/s,
    );
  });

  it('lists exactly the errors that the gate and the handler can return', () => {
    const statuses = (each: SpecOperation): string[] => Object.keys(each.responses);
    expect(statuses(list())).toEqual(['200', '304', '400', '401', '422', '429', '500', '503']);
    expect(statuses(operation('post', '/api/v1/books'))).toEqual(
      ['201', '400', '401', '403', '409', '413', '415', '422', '429', '500', '503'],
    ); // prettier-ignore
    expect(statuses(operation('delete', '/api/v1/books/{id}'))).toEqual(
      ['204', '400', '401', '403', '404', '413', '415', '422', '429', '500', '503'],
    ); // prettier-ignore
    expect(errorStatuses({ ...specPolicies[4]!, errors: [404, 401] })).toEqual([401, 404, 429, 500, 503]);
  });

  it('shows each error as a problem document with an example', () => {
    expect(document.components!.responses!['UnprocessableEntity']).toMatchObject({
      content: {
        'application/problem+json': {
          schema: { $ref: '#/components/schemas/Problem' },
          example: { type: '/problems/validation', status: 422 },
        },
      },
    });
    expect(list().responses['429']).toEqual({ $ref: '#/components/responses/TooManyRequests' });
  });

  it('contains exactly the schemas that it refers to', () => {
    expect(Object.keys(document.components!.schemas!)).toEqual(
      ['AuthorDto', 'BookDto', 'CursorDto', 'FieldError', 'NewBookDto', 'PageDto', 'Problem'],
    ); // prettier-ignore
    expect(operation('post', '/api/v1/books/import').requestBody.content['text/csv']).toEqual({
      schema: { type: 'string', format: 'binary' },
    });
  });

  it('has path parameters with their types', () => {
    expect(operation('get', '/api/v1/books/{id}').parameters).toMatchObject([
      { name: 'id', in: 'path', required: true, schema: { type: 'integer', minimum: 1 } },
    ]);
  });

  it('lists the headers of each success', () => {
    const headers = (each: SpecOperation, status: string): string[] =>
      Object.keys(each.responses[status]!.headers);
    const always = ['X-Request-Id', 'X-Process-Time'];
    const rate = [
      'RateLimit-Limit',
      'RateLimit-Remaining',
      'RateLimit-Reset',
      'RateLimit-Policy',
      'RateLimit',
    ];
    expect(headers(list(), '200')).toEqual([...always, ...rate, 'ETag', 'Cache-Control', 'X-Cache', 'Age']);
    expect(headers(operation('post', '/api/v1/books'), '201')).toEqual([...always, 'Location']);
    expect(headers(operation('delete', '/api/v1/books/{id}'), '204')).toEqual(always);
  });

  it('describes nullable properties as in OpenAPI 3.1', () => {
    const { category, author } = (
      document.components!.schemas!['BookDto'] as { properties: Record<string, unknown> }
    ).properties;
    expect(category).toMatchObject({ type: ['string', 'null'] });
    expect(author).toMatchObject({ oneOf: [{ $ref: '#/components/schemas/AuthorDto' }, { type: 'null' }] });
    expect(JSON.stringify(document)).not.toContain('"nullable"');
  });

  it('is identical, key by key, on every build', async () => {
    const other = await specApp();
    const again = buildDocument(other, { ...options, policies: specPolicies.toReversed() });
    expect(JSON.stringify(again)).toBe(JSON.stringify(document));
    await other.close();
  });

  it('refuses an operation without a policy', () => {
    expect(() => buildDocument(app, { ...options, policies: specPolicies.slice(1) })).toThrow(
      'GET /api/v1/books is documented, but the gate has no policy for it',
    );
  });

  it('passes the recommended rules of redocly without a warning', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'openapi-'));
    try {
      const file = join(folder, 'openapi.json');
      await writeFile(file, JSON.stringify(document));
      const cli = join(
        dirname(createRequire(import.meta.url).resolve('@redocly/cli/package.json')),
        'bin/cli.js',
      );
      const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
      const args = [cli, 'lint', file, '--extends', 'recommended', '--format', 'json'];
      const { stdout } = await promisify(execFile)(process.execPath, args, { env }).catch(
        (error: { stdout: string }) => error,
      );
      const { problems } = JSON.parse(stdout) as {
        problems: { ruleId: string; message: string; severity: string }[];
      };
      expect(problems.map(({ severity, ruleId, message }) => `${severity} ${ruleId}: ${message}`)).toEqual(
        [],
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
