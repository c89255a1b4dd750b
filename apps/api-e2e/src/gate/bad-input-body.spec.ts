import { cpuMs } from '@gatehouse/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { expectProblem } from '../support/expect-problem.js';
import { HostileApp } from '../support/hostile-app.js';
import { isLong } from '../support/operations.js';

const MEGABYTE = 1024 * 1024;

const target = await HostileApp.start();
afterAll(() => target.stop());

/** A provider's calls are refused by their signature before parsing: payments/signature.spec.ts. */
const SIGNED = '/api/v1/payments/webhook';

/** Streams are read by their handlers: bad-input-stream.spec.ts. */
const operations = target.operations.filter(
  ({ template, types }) => template !== SIGNED && (types.length === 0 || types.includes('application/json')),
);
const unsafe = operations.filter(({ method }) => method !== 'GET');
const withBody = operations.filter(({ types }) => types.length > 0);

const MALFORMED = [
  '{',
  '{"a":',
  'x',
  "{'a':1}",
  '{"a":1}}',
  '[',
  '\u0000',
  '{"a":01}',
  '{"a":NaN}',
  '\ufeff{',
];
const NOT_UTF8 = [
  Buffer.from([0x22, 0xc3, 0x28, 0x22]),
  Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x7d]),
  Buffer.from('{"a":1}', 'utf16le'),
];
const NO_OBJECTS = ['null', '[]', '[{}]', '0', '1.5', 'true', '"text"', '""', '1e999'];

describe('Unreadable bodies', () => {
  it.each(unsafe)('$name: malformed JSON is 400', async (operation) => {
    await target.refuses(async () => {
      for (const body of MALFORMED) {
        const { type } = expectProblem(await target.sendJson(operation, body), 400);
        expect(type).toBe('/problems/malformed-request');
      }
    });
  });

  it.each(unsafe)('$name: bytes that are not UTF-8 are 400', async (operation) => {
    await target.refuses(async () => {
      for (const body of NOT_UTF8) expectProblem(await target.sendJson(operation, body), 400);
    });
  });

  it.each(unsafe)('$name: another media type, or none, is 415', async (operation) => {
    const types = [
      'text/plain',
      'application/xml',
      'multipart/form-data; boundary=x',
      'application/jsonp',
      ';;;',
    ];
    await target.refuses(async () => {
      for (const type of [...types, 'application/json; charset=latin1', 'application/json, text/plain']) {
        const headers = { 'content-type': type };
        expectProblem(await target.send(operation.method, operation.path, { headers, body: '{"a":1}' }), 415);
      }
      expectProblem(await target.send(operation.method, operation.path, { body: '{"a":1}' }), 415);
      const headers = { 'content-encoding': 'gzip' };
      expectProblem(await target.sendJson(operation, '{"a":1}', { headers }), 415);
    });
  });
});

describe('The body of a GET', () => {
  it.each(operations.filter(({ method, path }) => method === 'GET' && !isLong(path)))(
    '$name: is 422, whatever it is',
    async (operation) => {
      const large = JSON.stringify({ a: 'x'.repeat(MEGABYTE) });
      const { method, path } = operation;
      await target.refuses(async () => {
        for (const body of ['{', '{"a":1}', ...NOT_UTF8, large])
          expectProblem(await target.sendJson(operation, body), 422);
        expectProblem(await target.sendJson(operation, large, { chunked: true }), 422);
        expectProblem(
          await target.send(method, path, { headers: { 'content-type': 'text/plain' }, body: 'a' }),
          422,
        );
      });
      expect(
        (await target.send(method, path, { chunked: true })).status,
        'an empty one is none',
      ).toBeLessThan(405);
    },
  );
});

describe('Bodies that are not objects', () => {
  it.each(withBody)('$name: null, arrays and scalars are 422', async (operation) => {
    await target.refuses(async () => {
      for (const body of NO_OBJECTS) {
        const { errors } = expectProblem(await target.sendJson(operation, body), 422);
        expect(errors![0]!.path).toBe('body');
      }
    });
  });

  it.each(withBody.filter(({ needsBody }) => needsBody))('$name: none at all is 422', async (operation) => {
    await target.refuses(async () => {
      const { method, path } = operation;
      expectProblem(await target.sendJson(operation, ''), 422);
      expectProblem(await target.send(method, path), 422);
      expectProblem(await target.send(method, path, { chunked: true }), 422);
    });
  });

  it.each(operations.filter(({ types }) => types.length === 0))(
    '$name takes no fields',
    async (operation) => {
      await target.refuses(async () => {
        for (const body of ['{"a":1}', '[]', '0', '"text"'])
          expectProblem(await target.sendJson(operation, body), 422);
      });
    },
  );
});

describe('Oversized bodies', () => {
  const large = `{"title":"${'x'.repeat(MEGABYTE)}"}`;

  it.each(unsafe)('$name: more than 1 MB is 413', async (operation) => {
    await target.refuses(async () => {
      expectProblem(await target.sendJson(operation, large), 413);
      expectProblem(await target.sendJson(operation, large, { chunked: true }), 413);
    });
  });

  it.each(operations)('$name: deep nesting is answered at once', async (operation) => {
    // The maximum depth within the route's limit.
    const DEEP = operation.template.startsWith('/api/v1/auth/') ? 2_500 : 20_000;
    const bodies = [
      '['.repeat(DEEP) + ']'.repeat(DEEP),
      '{"a":'.repeat(DEEP) + '1' + '}'.repeat(DEEP),
      `{"title":${'['.repeat(DEEP)}${']'.repeat(DEEP)},"tags":${'['.repeat(DEEP)}${']'.repeat(DEEP)}}`,
    ];
    await target.refuses(async () => {
      for (const body of bodies) {
        const taken = await cpuMs(async () => expectProblem(await target.sendJson(operation, body), 422));
        expect(taken).toBeLessThan(1_000);
      }
    });
  });
});
