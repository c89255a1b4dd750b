import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operationsOf } from '../support/operations.js';
import { rawRequest } from '../support/raw-request.js';
import { TestApp } from '../support/test-app.js';

const SMALL = 16 * 1024;
const USUAL = 128 * 1024;
/** Bytes of a character written as two escapes: `\ud83d\ude00`. */
const ESCAPED = 12;

interface Schema {
  type?: string | string[];
  properties?: Record<string, Schema>;
  items?: Schema;
  maxLength?: number;
  maxItems?: number;
  enum?: unknown[];
  format?: string;
  pattern?: string;
  $ref?: string;
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
}

let app: TestApp;
beforeAll(async () => {
  app = await TestApp.start({ THROTTLE_DISABLED: 'true' });
});
afterAll(() => app.stop());

const document = () => app.app.getHttpAdapter().getInstance().openApiDocument;
const isAuth = (path: string): boolean => path.startsWith('/api/v1/auth/');

/** Maximum number of bytes of a valid value, with every character escaped. */
function mostBytes(schema: Schema, where: string): number {
  if (schema.$ref) {
    const [, name] = /schemas\/(.+)$/.exec(schema.$ref) ?? [];
    return mostBytes(document().components!.schemas![name!] as Schema, where);
  }
  const choices = schema.oneOf ?? schema.anyOf ?? schema.allOf;
  if (choices) return Math.max(...choices.map((choice) => mostBytes(choice, where)));
  if (schema.properties) {
    return Object.entries(schema.properties).reduce(
      (sum, [name, field]) => sum + name.length + 4 + mostBytes(field, `${where}.${name}`),
      2,
    );
  }
  if (schema.items) {
    if (schema.maxItems === undefined) throw new Error(`${where} has no maxItems`);
    return schema.maxItems * (mostBytes(schema.items, where) + 1) + 2;
  }
  if (schema.enum || schema.pattern || schema.format || ![schema.type].flat().includes('string')) {
    return (schema.maxLength ?? 50) + 2;
  }
  if (schema.maxLength === undefined) throw new Error(`${where} has no maxLength`);
  return schema.maxLength * ESCAPED + 2;
}

describe('The limit of a body', () => {
  it('accepts every body that the documentation allows', () => {
    for (const [path, item] of Object.entries(document().paths)) {
      for (const [method, operation] of Object.entries(item as Record<string, { requestBody?: object }>)) {
        const { content } = (operation.requestBody ?? {}) as { content?: Record<string, { schema: Schema }> };
        const schema = content?.['application/json']?.schema;
        // Nobody escapes every character of names and secrets.
        if (!schema || isAuth(path)) continue;
        expect(mostBytes(schema, `${method} ${path}`), `${method} ${path}`).toBeLessThan(USUAL);
      }
    }
  });

  it('is 16 KB under /auth and 128 KB elsewhere, also for routes without a body', async () => {
    const token = await app.loginAs('admin');
    const operations = operationsOf(document(), (template) => template.replace(/\{\w+\}/g, '1'));
    for (const { method, template, path, types } of operations) {
      if (types.length > 0 && !types.includes('application/json')) continue;
      // Reads bytes; takes API keys only; has no input.
      if (/^\/api\/v1\/(payments\/webhook|protected|stream)$/.test(template)) continue;
      const limit = isAuth(template) ? SMALL : USUAL;
      // Neither matches a DTO. An invalid path parameter is reported together with the body, read or not.
      const invalid = template.startsWith('/api/v0/') ? 400 : 422;
      for (const [size, status] of [
        [limit, invalid],
        // Without a declared body, its size does not matter.
        [limit + 1, method === 'GET' ? invalid : 413],
      ] as const) {
        const body = JSON.stringify('x'.repeat(size - 2));
        const head = [
          `${method} ${path} HTTP/1.1`, 'host: a', 'connection: close', `authorization: Bearer ${token}`,
          'content-type: application/json', `content-length: ${size}`,
        ]; // prettier-ignore
        const answer = await rawRequest(app.url, `${head.join('\r\n')}\r\n\r\n${body}`);
        expect(`${method} ${template} ${size} ${answer.slice(9, 12)}`).toBe(
          `${method} ${template} ${size} ${status}`,
        );
      }
    }
  });
});

describe('Expect: 100-continue', () => {
  const expecting = (path: string, ...headers: string[]): Promise<string> => {
    const head = [
      `POST ${path} HTTP/1.1`,
      'host: a',
      'expect: 100-continue',
      'content-length: 40',
      ...headers,
    ];
    return rawRequest(app.url, `${head.join('\r\n')}\r\n\r\n`, 1_000);
  };
  const json = 'content-type: application/json';

  it('is answered when the body is needed', async () => {
    const bearer = `authorization: Bearer ${await app.loginAs('admin')}`;
    expect(await expecting('/api/v1/users', json, bearer)).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    // needs: books-transfer
    expect(await expecting('/api/v1/books/import', 'content-type: text/csv', bearer)).toMatch(
      /^HTTP\/1\.1 100 /,
    );
    // end
  });

  it.each([
    ['authentication', '/api/v1/users', [json], 401],
    ['permissions', '/api/v1/users', [json, 'demo'], 403],
    // needs: books-transfer
    ['permissions', '/api/v1/books/import', ['content-type: text/csv', 'demo'], 403],
    // end
    ['the router', '/api/v1/nothing', [json], 404],
    ['the method', '/api/v1/users/1', [json], 405],
    ['the media type', '/api/v1/auth/login', ['content-type: text/plain'], 415],
  ])('is not when %s refuses %s', async (_, path, headers, status) => {
    const isDemo = headers.at(-1) === 'demo';
    const sent = isDemo ? [headers[0]!, `authorization: Bearer ${await app.loginAs('demo')}`] : headers;
    const answer = await expecting(path, ...sent);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toMatch(/\r\nconnection: close\r\n/i);
  });
});
