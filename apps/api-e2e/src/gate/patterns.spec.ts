import { globSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redactText, registerSecretKind } from '@gatehouse/text';
import { HostileApp } from '../support/hostile-app.js';
import { ProbeModule } from '../support/probe/probe.module.js';
import { rawRequest } from '../support/raw-request.js';
import { send } from '../support/test-app.js';

const FILES = globSync('{libs/*/*,apps/api}/src/**/*.ts', {
  cwd: new URL('../../../..', import.meta.url),
}).filter((file) => !/\.(spec|fixture|child)\.ts$/.test(file));

/** Characters that patterns distinguish, in addition to those that they name. */
const COMMON = [...'a1 -_./:@"\'=,;\n%AZ~'];
/** Length of a text, which is compared with one twice as long. */
const LENGTH = 3_000;
/** The same for a request's head, whose limit is little more than twice as much. */
const HEAD_LENGTH = 7_000;
/** Milliseconds of CPU time below which growth means nothing. With quadratic time, twice `LENGTH` takes over ten. */
const LEAST_MS = 1;
/** The same for a request, which involves more code. */
const LEAST_REQUEST_MS = 20;
/** Twice the text may take twice the time; with quadratic time it takes four times as much. */
const MOST_GROWTH = 3;
const TRIES = 5;
/** Marks the text of a client, to find the patterns that search it. */
const MARK = 'mArK7';

const HEADERS = [
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
];

/** Each regular expression in the product source, with its file. */
function patterns(): [where: string, pattern: RegExp][] {
  const found = new Map<string, [string, RegExp]>();
  for (const file of FILES) {
    const path = new URL(`../../../../${file}`, import.meta.url);
    const visit = (node: ts.Node): void => {
      if (ts.isRegularExpressionLiteral(node)) {
        const end = node.text.lastIndexOf('/');
        const pattern = new RegExp(node.text.slice(1, end), node.text.slice(end + 1));
        found.set(`${file} ${node.text}`, [file, everywhere(pattern)]);
      }
      ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile(file, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest));
  }
  return [...found.values()];
}

/** Texts to repeat: characters and words of the pattern, alone and in pairs, whose order makes no difference. */
function unitsOf({ source }: RegExp): string[] {
  const words = source.match(/[A-Za-z]{2,}/g) ?? [];
  const own = new Set([...source.replace(/\\./g, ''), ...words, ...words.map((word) => word.slice(1))]);
  const pairs = [...own].flatMap((part) => COMMON.map((other) => part + other));
  return [...new Set([...own, ...COMMON, ...pairs])];
}

/** The minimum of several runs, in milliseconds of CPU time of this thread, regardless of other load. */
async function cost(work: () => unknown, tries = TRIES): Promise<number> {
  let least = Infinity;
  for (let i = 0; i < tries; i++) {
    const start = process.threadCpuUsage();
    await work();
    const { user, system } = process.threadCpuUsage(start);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

/** Whether the time grows faster than the text. */
async function isSlow(half: () => unknown, whole: () => unknown, least = LEAST_MS): Promise<boolean> {
  if ((await cost(whole, 1)) < least) return false;
  for (let i = 0; i < TRIES; i++)
    if ((await cost(whole)) < Math.max(least, MOST_GROWTH * (await cost(half)))) return false;
  return true;
}

const textOf = (unit: string, length: number, end = ''): string =>
  unit.repeat(Math.ceil(length / unit.length)) + end;

/** A text for which the pattern takes too long, if any. */
async function slowUnitOf(pattern: RegExp): Promise<string | undefined> {
  for (const unit of unitsOf(pattern)) {
    for (const end of ['', '\u0000']) {
      const search = (length: number) => {
        const text = textOf(unit, length, end);
        return () => text.replace(pattern, '');
      };
      if (await isSlow(search(LENGTH), search(2 * LENGTH))) return unit;
    }
  }
  return undefined;
}

const everywhere = ({ source, flags }: RegExp): RegExp =>
  new RegExp(source, [...new Set(`${flags}g`.replace('y', ''))].join(''));

/** The files that build patterns from texts at run time. */
function makers(): string[] {
  return FILES.filter((file) => {
    let makes = false;
    const visit = (node: ts.Node): void => {
      makes ||= ts.isNewExpression(node) && node.expression.getText() === 'RegExp';
      ts.forEachChild(node, visit);
    };
    const text = readFileSync(new URL(`../../../../${file}`, import.meta.url), 'utf8');
    visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
    return makes;
  });
}

/** Each regular expression that is run on a text with {@link MARK}. */
async function patternsThatMeet(work: () => Promise<void>): Promise<RegExp[]> {
  const { exec } = RegExp.prototype;
  const met = new Map<string, RegExp>();
  // Everything that runs a pattern calls this, also `test` and `replace`.
  Reflect.set(RegExp.prototype, 'exec', function (this: RegExp, text: string) {
    if (text.includes?.(MARK)) met.set(String(this), this);
    return exec.call(this, text);
  });
  try {
    await work();
  } finally {
    Reflect.set(RegExp.prototype, 'exec', exec);
  }
  return [...met.values()].map(everywhere);
}

describe('a regular expression of the product', () => {
  it.each(patterns())('in %s takes time in proportion to the text: %s', async (_file, pattern) => {
    expect(await slowUnitOf(pattern)).toBeUndefined();
  });

  it('is found, and slow ones are recognised', async () => {
    // needs: every-feature
    expect(patterns().length).toBeGreaterThan(50);
    // end
    for (const slow of [/\beyJ[\w-]{8,}\.[\w-]+/g, /\n\s+at /g]) expect(await slowUnitOf(slow)).toBeDefined();
  });

  it('is built from a text only in these places, two of which search text of clients', () => {
    expect(
      makers()
        .map((file) => file.split('/').at(-1))
        .toSorted(),
    ).toEqual(['opaque-secrets.ts', 'secrets.ts', 'build-document.ts', 'operation-finder.ts'].toSorted());
  });
});

it('the search for secrets takes time in proportion to the kept text', async () => {
  registerSecretKind('ghk_');
  const words = ['eyJ', 'bearer', 'key=', 'ghk_', '://', '$argon2', 'password"', 'token='];
  const slow: string[] = [];
  for (const word of words) {
    for (const unit of [
      word,
      ...COMMON.flatMap((other) => [word + other, other + word, `${other}${word}${other}`]),
    ]) {
      // It searches 9,000 characters and keeps 8,000.
      const [half, whole] = [textOf(unit, 4_000), textOf(unit, 8_000)];
      if (
        await isSlow(
          () => redactText(half),
          () => redactText(whole),
        )
      )
        slow.push(unit);
      const [long, longer] = [textOf(unit, 100_000), textOf(unit, 200_000)];
      if (
        await isSlow(
          () => redactText(long),
          () => redactText(longer),
        )
      )
        slow.push(unit);
    }
  }
  expect(slow).toEqual([]);
});

describe('a request', () => {
  let target: HostileApp;

  beforeAll(async () => {
    target = await HostileApp.start({ TRUST_PROXY: 'loopback' }, [ProbeModule]);
  });
  afterAll(() => target?.stop());

  it('is searched by no slow pattern built from the prefixes of secrets', async () => {
    const met = await patternsThatMeet(() => sendSecrets(target.app.url));
    const made = met.filter(({ source }) => /gh[akrs]_/.test(source));
    const sources = made.map(({ source }) => source);
    for (const part of ['^gha_', '^ghr_', '^ghs_', 'ghk_'])
      expect([part, sources.some((source) => source.includes(part))]).toEqual([part, true]);
    for (const pattern of made) expect([pattern, await slowUnitOf(pattern)]).toEqual([pattern, undefined]);
  });

  it.each([...HEADERS, 'path', 'query'])(
    'is read in time that grows with the length of its head: %s',
    async (name) => {
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
        const ask = (length: number) => () =>
          rawRequest(target.app.url, requestOf(name, textOf(unit, length)));
        if (await isSlow(ask(HEAD_LENGTH), ask(2 * HEAD_LENGTH), LEAST_REQUEST_MS)) slow.push(unit);
      }
      expect(slow).toEqual([]);
    },
  );
});

/** A request with a long text in one place of its head: a header, the path or the query. */
function requestOf(place: string, text: string): string {
  const path = place === 'path' ? encodeURI(`/${text}`) : '/api/v1/probe/cache/shared';
  const query = place === 'query' ? encodeURI(`?q=${text}`) : '';
  const header = place === 'path' || place === 'query' ? '' : `${place}: x${text}x\r\n`;
  const targetOf = (path + query).slice(0, 2 * HEAD_LENGTH + 1_000);
  return `GET ${targetOf} HTTP/1.1\r\nhost: a\r\n${header}connection: close\r\n\r\n`;
}

/** Sends {@link MARK} in each place for a secret of the application, and redacts it like the log. */
async function sendSecrets(url: string): Promise<void> {
  redactText(`ghk_${MARK}`);
  await send(url, 'GET', '/api/v1/users', { headers: { cookie: `gatehouse_session=ghs_${MARK}` } });
  await send(url, 'POST', '/api/v1/auth/refresh', { body: { refresh_token: `ghr_${MARK}` } });
  // needs: account-recovery
  await send(url, 'POST', '/api/v1/auth/verify-email', { body: { token: `gha_${MARK}` } });
  // end
}
