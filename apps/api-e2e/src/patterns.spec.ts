import { globSync, readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redactText, registerSecretKind } from '@gatehouse/text';
import { rawRequest } from './support/raw-request.js';
import { TestApp } from './support/test-app.js';

const FILES = globSync('{libs/*/*,apps/api}/src/**/*.ts', {
  cwd: new URL('../../..', import.meta.url),
}).filter((file) => !/\.(spec|fixture|child)\.ts$/.test(file));

/** Characters that patterns tell apart, beside those that they name. */
const COMMON = [...'a1 -_./:@"\'=,;\n%AZ~'];
/** As much as a request's head may hold. */
const LENGTH = 16_000;
/** Milliseconds for it, far beyond what a linear pattern takes; squared, the worst of these takes seconds. */
const SLOW_MS = 25;
const TRIES = 4;

/** Each regular expression that is written in the product, with the file that has it. */
function patterns(): [where: string, pattern: RegExp][] {
  const found = new Map<string, [string, RegExp]>();
  for (const file of FILES) {
    const path = new URL(`../../../${file}`, import.meta.url);
    const visit = (node: ts.Node): void => {
      if (ts.isRegularExpressionLiteral(node)) {
        const end = node.text.lastIndexOf('/');
        const flags = new Set(`${node.text.slice(end + 1)}g`.replace('y', ''));
        found.set(`${file} ${node.text}`, [file, new RegExp(node.text.slice(1, end), [...flags].join(''))]);
      }
      ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile(file, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest));
  }
  return [...found.values()];
}

/** What to repeat: the characters and words of the pattern, alone and in pairs. */
function unitsOf({ source }: RegExp): string[] {
  const words = source.match(/[A-Za-z]{2,}/g) ?? [];
  const own = new Set([...source.replace(/\\./g, ''), ...words, ...words.map((word) => word.slice(1))]);
  const parts = [...new Set([...own, ...COMMON])];
  const pairs = [...own].flatMap((part) => COMMON.flatMap((other) => [part + other, other + part]));
  return [...new Set([...parts, ...pairs])];
}

function milliseconds(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** The least of several, so that a busy machine is no slow pattern. */
function isSlow(work: () => unknown): boolean {
  for (let i = 0; i < TRIES; i++) if (milliseconds(work) < SLOW_MS) return false;
  return true;
}

/** Whether a quarter of the text raises the suspicion, and the whole of it proves it. */
function isSlowFor(pattern: RegExp, unit: string, end: string): boolean {
  const of = (length: number): string => unit.repeat(Math.ceil(length / unit.length)) + end;
  const quarter = of(LENGTH / 4);
  if (milliseconds(() => quarter.replace(pattern, '')) < SLOW_MS / 16) return false;
  const text = of(LENGTH);
  return isSlow(() => text.replace(pattern, ''));
}

describe('a regular expression of the product', () => {
  it.each(patterns())('in %s takes time in proportion to the text: %s', (_file, pattern) => {
    const slow = unitsOf(pattern).filter((unit) =>
      ['', '\u0000'].some((end) => isSlowFor(pattern, unit, end)),
    );
    expect(slow).toEqual([]);
  });

  it('is found, also where it is slow', () => {
    expect(patterns().length).toBeGreaterThan(50);
    for (const slow of [/\beyJ[\w-]{8,}\.[\w-]+/g, /\n\s+at /g]) {
      expect(unitsOf(slow).some((unit) => isSlowFor(slow, unit, '\u0000'))).toBe(true);
    }
  });
});

it('the search for secrets takes time in proportion to what is kept', () => {
  registerSecretKind('ghk_');
  const words = ['eyJ', 'bearer', 'key=', 'ghk_', '://', '$argon2', 'password"', 'token='];
  for (const word of words) {
    for (const unit of [
      word,
      ...COMMON.flatMap((other) => [word + other, other + word, `${other}${word}${other}`]),
    ]) {
      const text = unit.repeat(LENGTH);
      redactText(text);
      expect([unit, isSlow(() => redactText(text))]).toEqual([unit, false]);
    }
  }
});

describe('the head of a request', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ TRUST_PROXY: 'loopback' });
  });
  afterAll(() => app.stop());

  it.each([
    'accept',
    'accept-encoding',
    'access-control-request-headers',
    'authorization',
    'content-type',
    'cookie',
    'forwarded',
    'host',
    'idempotency-key',
    'if-match',
    'if-none-match',
    'origin',
    'range',
    'stripe-signature',
    'traceparent',
    'user-agent',
    'x-api-key',
    'x-api-version',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
    'x-request-id',
    'path',
    'query',
  ])('is read in time that grows with its length: %s', async (name) => {
    const slow: string[] = [];
    for (const unit of [
      '-eyJ',
      'eyJ.',
      'a',
      ' ',
      'a,',
      ',',
      ';',
      '; q',
      '"',
      'W/"a",',
      '=',
      '/',
      ':',
      '1.',
      '%41',
      'Bearer ',
    ]) {
      const text = unit.repeat(Math.floor(14_000 / unit.length));
      const target =
        name === 'path'
          ? encodeURI(`/${text}`)
          : name === 'query'
            ? encodeURI(`/api/v1/books?q=${text}`)
            : '/api/v1/books';
      const header = target.length > 20 ? '' : `${name}: x${text}x\r\n`;
      const request = `GET ${target.slice(0, 15_000)} HTTP/1.1\r\nhost: a\r\n${header}connection: close\r\n\r\n`;
      if (await isSlowToAnswer(() => rawRequest(app.url, request))) slow.push(unit);
    }
    expect(slow).toEqual([]);
  });
});

/** As {@link isSlow}; a request goes through more hands. */
async function isSlowToAnswer(answer: () => Promise<unknown>): Promise<boolean> {
  for (let i = 0; i < 2 * TRIES; i++) {
    const start = performance.now();
    await answer();
    if (performance.now() - start < 3 * SLOW_MS) return false;
  }
  return true;
}
