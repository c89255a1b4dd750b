import { afterAll, describe, expect, it } from 'vitest';
import { images } from '../support/images.js';
import { multipartBytes, multipartHeaders } from '../support/multipart.js';
import { expectProblem } from '../support/expect-problem.js';
import { HostileApp } from '../support/hostile-app.js';
import type { FieldSchema, Operation } from '../support/operations.js';

const target = await HostileApp.start();
afterAll(() => target.stop());

/** All operations of the document, also streaming ones, since their input is checked first. */
const operations = target.operations;
const withId = operations.filter(({ parameters }) => parameters.includes('id'));

const IDS = [
  '0', '-1', '1.5', '0x10', '+1', 'abc', '%20', '1%20', '%00', '1%00', '%0a', '%2e%2e', '..%2f', 'null',
  '9007199254740993', '99999999999999999999', '%D9%A1', '%EF%BC%91', '1;2', "1'--", '1,2', '[1]', '{}',
  '018f2c5e-7a3b-7c1d-9e4f-00000000000', '018f2c5e7a3b7c1d9e4f000000000000', '018f2c5e-7a3b-4c1d-9e4f-zzzzzzzzzzzz',
  'x'.repeat(900), '%F0%9F%93%9A',
]; // prettier-ignore

/** The operation's path with another value for one parameter. */
function pathWith({ template, path }: Operation, parameter: string, value: string): string {
  const parts = path.split('/');
  parts[template.split('/').indexOf(`{${parameter}}`)] = value;
  return parts.join('/');
}

/** Unknown ids, integers or UUIDs like the known one. */
function unknownIds({ template, path }: Operation, parameter: string): string[] {
  const known = path.split('/')[template.split('/').indexOf(`{${parameter}}`)]!;
  return /^\d+$/.test(known) ? ['2147483647', '2147483648'] : ['018f2c5e-7a3b-7c1d-9e4f-000000000000'];
}

/** A request that is valid except for its target. */
function bodyOf({ types, example }: Operation) {
  if (types.length === 0) return {};
  if (types.includes('multipart/form-data')) {
    const body = multipartBytes({ name: 'file', filename: 'a.png', content: images['image/png']! });
    return { headers: multipartHeaders, body };
  }
  const type = types.includes('application/json') ? 'application/json' : types[0]!;
  const body = type === 'application/json' ? JSON.stringify(example) : '{"title":"A"}';
  return { headers: { 'content-type': type }, body };
}

describe('Ids in paths', () => {
  it.each(withId)('$name: a malformed id is 422, an unknown one 404', async (operation) => {
    const { method, parameters } = operation;
    await target.refuses(async () => {
      for (const parameter of parameters) {
        for (const id of IDS) {
          const path = pathWith(operation, parameter, id);
          const { errors } = expectProblem(await target.send(method, path, bodyOf(operation)), 422);
          expect(errors).toMatchObject([{ path: parameter }]);
        }
        for (const id of unknownIds(operation, parameter))
          expectProblem(
            await target.send(method, pathWith(operation, parameter, id), bodyOf(operation)),
            404,
          );
      }
    });
  });

  it.each(operations.filter(({ parameters }) => parameters.length > 0))(
    '$name: broken escapes are 400, and parts that are too long 414',
    async ({ method, template }) => {
      await target.refuses(async () => {
        for (const part of ['%', '%f', '%zz', '%ff', '%c3%28', '%ed%a0%80', 'a%']) {
          expectProblem(await target.send(method, template.replace(/\{\w+\}/, part)), 400);
        }
        for (const part of ['x'.repeat(1001), '%41'.repeat(3000)]) {
          const reply = await target.send(method, template.replace(/\{\w+\}/, part));
          expectProblem(reply, 414);
          expect(JSON.parse(reply.text).detail.length).toBeLessThan(200);
        }
      });
    },
  );
});

describe('Queries', () => {
  it.each(operations)('$name: unknown parameters and those of prototypes are 422', async (operation) => {
    await target.refuses(async () => {
      for (const name of [
        'nonsense',
        '__proto__',
        'constructor',
        '__proto__[isAdmin]',
        'a[b]',
        'a.b',
        '%00',
        '',
      ]) {
        const reply = await target.send(operation.method, `${operation.path}?${name}=1`, bodyOf(operation));
        const { errors } = expectProblem(reply, 422);
        expect(errors!.map(({ path }) => path)).toContain(decodeURIComponent(name));
      }
    });
  });

  it.each(operations)('$name: broken escapes are 400', async (operation) => {
    await target.refuses(async () => {
      for (const query of ['%', 'a=%zz', 'a=%ff', '%c3%28=1', 'a=%ed%a0%80']) {
        const path = `${operation.path}?${query}`;
        expectProblem(await target.send(operation.method, path, bodyOf(operation)), 400);
      }
    });
  });

  it.each(operations)('$name: a thousand parameters and more are refused at once', async (operation) => {
    await target.refuses(async () => {
      for (const query of ['a&'.repeat(5000), 'a=1&'.repeat(3000), '?'.repeat(9000)]) {
        const path = `${operation.path}?${query}`;
        expectProblem(await target.send(operation.method, path, bodyOf(operation)), 400, 422);
      }
    });
  });

  it.each(operations.filter(({ query }) => query.length > 0))(
    '$name: repeated, empty and ill-typed parameters, NUL and wrong numbers are 422',
    async (operation) => {
      await target.refuses(async () => {
        for (const { name, schema } of operation.query) {
          for (const query of hostileQueries(name, schema)) {
            const reply = await target.send(operation.method, `${operation.path}?${query}`);
            const paths = expectProblem(reply, 422).errors!.map(({ path }) => path.split('.')[0]);
            expect(paths, query).toContain(name);
          }
        }
      });
    },
  );
});

function hostileQueries(name: string, { type }: FieldSchema): string[] {
  const values = ['%00', 'a%00b'];
  const numbers = [
    '',
    'abc',
    '1e999',
    'NaN',
    'Infinity',
    '99999999999999999999999',
    '%D9%A1',
    '1,2',
    '0x1',
    '%201',
  ];
  if (type === 'integer') values.push('1.5', '-99999', ...numbers);
  if (type === 'number') values.push(...numbers);
  if (type === 'boolean') values.push('', '1', 'yes', 'TRUE');
  const repeated = [`${name}=1&${name}=2`, `${name}=1&${name}=1`];
  return [...values.map((value) => `${name}=${value}`), ...(type === 'array' ? [] : repeated)];
}
