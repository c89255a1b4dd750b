import { afterAll, describe, expect, it } from 'vitest';
import { expectProblem } from '../support/expect-problem.js';
import { HostileApp } from '../support/hostile-app.js';
import type { FieldSchema, Operation } from '../support/operations.js';

const target = await HostileApp.start();
afterAll(() => target.stop());

const operations = target.operations.filter(({ fields }) => Object.keys(fields).length > 0);

/** A value of each JSON type. */
const VALUES = {
  string: 'text',
  integer: 7,
  number: 1.5,
  boolean: true,
  null: null,
  array: [{}],
  object: { a: 1 },
};

function typesOf({ type }: FieldSchema): string[] {
  return [type ?? []].flat().flatMap((name) => (name === 'number' ? ['number', 'integer'] : name));
}

function isText(schema: FieldSchema): boolean {
  return typesOf(schema).includes('string');
}

/** Sends the operation's example with one field changed, and expects an error for this field. */
async function refusesField(operation: Operation, name: string, json: string): Promise<void> {
  const others = Object.entries(operation.example).filter(([other]) => other !== name);
  const members = others.map(([other, value]) => `${JSON.stringify(other)}:${JSON.stringify(value)}`);
  const body = `{${[...members, `${JSON.stringify(name)}:${json}`].join()}}`;
  const { errors } = expectProblem(await target.sendJson(operation, body), 422);
  const paths = errors!.map(({ path }) => path.split('.')[0]);
  expect(paths, `${operation.name} ${name} ${json}`).toContain(name);
}

describe('Fields of JSON bodies', () => {
  it.each(operations)('$name: a value of another type is 422, and is not coerced', async (operation) => {
    await target.refuses(async () => {
      for (const [name, schema] of Object.entries(operation.fields)) {
        const wrong = Object.entries(VALUES).filter(([type]) => !typesOf(schema).includes(type));
        for (const [, value] of wrong) await refusesField(operation, name, JSON.stringify(value));
        if (!isText(schema)) await refusesField(operation, name, JSON.stringify(String(schema.example)));
      }
    });
  });

  it.each(operations)('$name: NUL and unpaired surrogates are 422 in every text', async (operation) => {
    const texts = ['"\\u0000"', '"a\\u0000b"', '"\\ud800"', '"a\\udfffb"', '"\\udc00\\ud800"'];
    await target.refuses(async () => {
      for (const [name, schema] of Object.entries(operation.fields)) {
        if (isText(schema)) for (const text of texts) await refusesField(operation, name, text);
        if (typesOf(schema).includes('array'))
          for (const text of texts) await refusesField(operation, name, `[${text}]`);
      }
    });
  });

  it.each(operations)('$name: numbers out of all ranges are 422', async (operation) => {
    await target.refuses(async () => {
      for (const [name, schema] of Object.entries(operation.fields)) {
        if (!typesOf(schema).includes('integer')) continue;
        for (const number of ['1e999', '-1e999', '9007199254740993', '99999999999999999999', '-2147483649'])
          await refusesField(operation, name, number);
      }
    });
  });

  it.each(operations)('$name: unknown fields and those of prototypes are 422', async (operation) => {
    const names = [
      'nonsense',
      '__proto__',
      'constructor',
      'prototype',
      'toString',
      'hasOwnProperty',
      '',
      'id',
      '$where',
    ];
    await target.refuses(async () => {
      for (const name of names.filter((each) => !operation.ignored.includes(each))) {
        for (const json of ['1', '{"isAdmin":true}', '"x"', 'null'])
          await refusesField(operation, name, json);
      }
    });
    expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined();
  });

  it.each(operations)('$name: texts that are very long are 422', async (operation) => {
    // Just within the route's body limit: longer bodies are 413, whatever they contain.
    const almost = operation.template.startsWith('/api/v1/auth/') ? 15_000 : 100_000;
    await target.refuses(async () => {
      for (const [name, schema] of Object.entries(operation.fields)) {
        expect(schema.maxLength ?? 0, name).toBeLessThan(almost);
        if (isText(schema)) await refusesField(operation, name, JSON.stringify('e'.repeat(almost)));
      }
    });
  });
});
