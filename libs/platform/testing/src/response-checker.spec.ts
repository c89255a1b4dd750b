import { describe, expect, it } from 'vitest';
import { responseChecker } from './response-checker.js';

const json = (schema: object): object => ({
  headers: { 'X-Request-Id': {} },
  content: { 'application/json': { schema } },
});
const ref = (name: string): { $ref: string } => ({ $ref: `#/components/schemas/${name}` });

const document = {
  paths: {
    '/books': {
      get: {
        responses: {
          200: {
            description: 'ok',
            ...json({ type: 'array', items: ref('Book') }),
            headers: { 'X-Request-Id': {}, Age: {} },
          },
          404: { $ref: '#/components/responses/NotFound' },
        },
      },
      post: { responses: { 201: { description: 'made', ...json(ref('SignedBook')) } } },
    },
    '/books/recent': { get: { responses: { 200: json({ type: 'string' }) } } },
    '/books/{id}': {
      get: { responses: { 200: json(ref('Book')) } },
      delete: { responses: { 204: { description: 'gone' } } },
    },
    '/export': { get: { responses: { 200: { content: { 'text/csv': {} } } } } },
  },
  components: {
    responses: {
      NotFound: { description: 'none', content: { 'application/problem+json': { schema: ref('Problem') } } },
    },
    schemas: {
      Problem: { type: 'object', required: ['status'], properties: { status: { type: 'integer' } } },
      Author: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } },
      Book: {
        type: 'object',
        required: ['id'],
        properties: {
          id: { type: 'integer' },
          at: { type: 'string', format: 'date-time' },
          author: { anyOf: [ref('Author'), { type: 'null' }] },
          extra: { type: 'object' },
        },
      },
      SignedBook: { allOf: [ref('Book'), { type: 'object', properties: { signature: { type: 'string' } } }] },
    },
  },
};

describe('responseChecker', () => {
  const check = responseChecker(document);
  const headers = { 'content-type': 'application/json; charset=utf-8', 'x-request-id': 'r' };
  const book = (body: unknown): string[] => check('GET', '/books/1', 200, headers, body);

  it('reports a header that is not documented, unless every response may have it', () => {
    expect(check('GET', '/books/1', 200, { ...headers, vary: 'Origin', 'x-other': '1' }, { id: 1 })).toEqual([
      'GET /books/{id} 200: the header x-other is not documented',
    ]);
  });

  it('is content with what is documented', () => {
    expect(check('GET', '/books?page=1', 200, headers, [{ id: 1, author: { name: 'A' } }])).toEqual([]);
    expect(book({ id: 1, at: '2026-01-01T00:00:00.000Z', author: null, extra: { any: 1 } })).toEqual([]);
    expect(check('POST', '/books', 201, headers, { id: 1, signature: 's' })).toEqual([]);
    expect(check('DELETE', '/books/1', 204, {}, '')).toEqual([]);
    expect(check('HEAD', '/books', 200, { 'x-request-id': 'r' }, '')).toEqual([]);
    expect(check('GET', '/export', 200, { 'content-type': 'text/csv' }, 'a,b')).toEqual([]);
    expect(
      check('GET', '/books', 404, { 'content-type': 'application/problem+json' }, { status: 404 }),
    ).toEqual([]);
  });

  it('finds the path without parameters first', () => {
    expect(check('GET', '/books/recent', 200, headers, 'text')).toEqual([]);
  });

  it.each([
    ['an unknown path', () => check('GET', '/nothing', 200, headers, {}), 'GET /nothing is not documented'],
    ['an unknown method', () => check('PUT', '/books/1', 200, headers, {}), 'PUT /books/1 is not documented'],
    [
      'an unknown status',
      () => check('GET', '/books', 418, headers, {}),
      'GET /books 418: the status is not documented',
    ],
    [
      'a wrong media type',
      () => check('GET', '/books', 200, { ...headers, 'content-type': 'text/html' }, ''),
      '"text/html"',
    ],
    [
      'a missing header',
      () => check('GET', '/books', 200, { 'content-type': 'application/json' }, []),
      'X-Request-Id',
    ],
    [
      'a body where none is',
      () => check('DELETE', '/books/1', 204, headers, { id: 1 }),
      'none is documented',
    ],
    ['a missing field', () => book({}), "must have required property 'id'"],
    ['a wrong type', () => book({ id: '1' }), 'body/id must be integer'],
    ['a wrong format', () => book({ id: 1, at: 'yesterday' }), 'body/at must match format'],
    ['an undeclared field', () => book({ id: 1, passwordHash: 'x' }), '"passwordHash" is not declared'],
    ['one further in', () => book({ id: 1, author: { name: 'A', email: 'x' } }), '"email" is not declared'],
    ['one in a list', () => check('GET', '/books', 200, headers, [{ id: 1, x: 1 }]), '"x" is not declared'],
    [
      'one of a combined schema',
      () => check('POST', '/books', 201, headers, { id: 1, x: 1 }),
      '"x" is not declared',
    ],
  ])('tells %s', (_what, run, expected) => {
    expect(run().join('\n')).toContain(expected);
  });
});
