import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { load } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemTypes } from '@gatehouse/http';
import { routeTableOf } from '../support/route-table.js';
import { send, TestApp } from '../support/test-app.js';

const PAGES = [
  '/docs',
  '/docs/',
  '/redoc',
  '/redoc/',
  '/problems',
  ...Object.keys(problemTypes).map((slug) => `/problems/${slug}`),
];

describe('The documents of the application', () => {
  let app: TestApp;
  const get = (path: string) => send(app.url, 'GET', path);

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());

  it('are the same as JSON and as YAML, OpenAPI 3.1', async () => {
    const [json, yaml] = [await get('/openapi.json'), await get('/openapi.yaml')];
    expect([json.status, yaml.status]).toEqual([200, 200]);
    expect(json.body.openapi).toMatch(/^3\.1\./);
    expect(load(yaml.text)).toEqual(json.body);
  });

  it('pass the recommended rules of redocly without an error', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-openapi-'));
    try {
      const file = join(folder, 'openapi.json');
      await writeFile(file, (await get('/openapi.json')).text);
      expect(await lint(file)).toEqual([]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it.each(PAGES)('%s is a page that loads from this server only', async (path) => {
    const page = await get(path);
    expect([page.status, page.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining('text/html'),
    ]);
    const policy = page.headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/https?:|\*|unsafe-eval|script-src[^;]*unsafe-inline/);
    expect(foreign(page.text)).toEqual([]);
    for (const asset of assetsOf(page.text)) {
      const { status, text, headers } = await get(new URL(asset, app.url + path).pathname);
      expect(`${asset} ${status}`).toBe(`${asset} 200`);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      // Bundles name other hosts in texts and namespaces; the policy above determines what the browser may load.
      if (!/bundle|standalone/.test(asset)) expect(foreign(text), asset).toEqual([]);
      expect(
        text.match(/(cdn|unpkg|jsdelivr|googleapis|gstatic)\.[a-z]+\/[^\s"']{3,60}/g) ?? [],
        asset,
      ).toEqual([]);
    }
  });

  it('document the response to a malformed URL', async () => {
    const paths = [
      '/health/live?%',
      // needs: books, books-transfer
      '/api/v1/books?q=%zz',
      '/api/v1/books/export?format=%ff',
      // end
    ];
    for (const path of paths) expect((await app.request('GET', path)).status).toBe(400);
  });

  it('describe the policy of every operation', async () => {
    const { body } = await get('/openapi.json');
    for (const route of routeTableOf(app).routes) {
      const operation = body.paths[route.path.replace(/:(\w+)/g, '{$1}')][route.method.toLowerCase()];
      expect(operation).toMatchObject({ summary: expect.stringMatching(/./), tags: [expect.any(String)] });
      expect(Boolean(operation['x-throttle'])).toBe(route.throttles.length > 0);
      expect(Boolean(operation['x-cache'])).toBe(route.cache !== undefined);
      for (const status of ['400', '401', '422', '500']) expect(operation.responses).toHaveProperty(status);
    }
  });
});

/**
 * Errors and warnings of the linter, except for `books/author/{author}` beside `books/{id}/reviews`: both are part of the
 * contract, and an id that is not a number matches nothing.
 */
async function lint(file: string): Promise<string[]> {
  const cli = join(
    dirname(createRequire(import.meta.url).resolve('@redocly/cli/package.json')),
    'bin/cli.js',
  );
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
  const args = [
    cli,
    'lint',
    file,
    '--extends',
    'recommended',
    '--format',
    'json',
    '--skip-rule',
    'no-ambiguous-paths',
  ];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env }).catch(
    (error: { stdout: string }) => error,
  );
  const { problems } = JSON.parse(stdout) as {
    problems: { ruleId: string; message: string; severity: string }[];
  };
  // A warning required by the contract: /books/author/{author} and /books/{id}/reviews. The router prefers the literal.
  const found = problems.filter(({ ruleId }) => ruleId !== 'no-ambiguous-paths');
  return found.map(({ severity, ruleId, message }) => `${severity} ${ruleId}: ${message}`);
}

/** URLs that a page or style sheet loads: `src`, `href` of links and scripts, `url(` and `@import`. */
function foreign(text: string): string[] {
  const loads =
    /(?:\bsrc|<link[^>]*\bhref)\s*=\s*["']?((?:https?:)?\/\/[^"'\s>]+)|(?:url\(|@import)\s*["']?((?:https?:)?\/\/[^"')\s]+)/gi;
  const calls = /(?:fetch|import|importScripts|new URL)\s*\(\s*["']((?:https?:)?\/\/[^"']+)/gi;
  return [...text.matchAll(loads), ...text.matchAll(calls)].map(([match]) => match);
}

/** The scripts, style sheets and images of a page. */
function assetsOf(html: string): string[] {
  const tags = html.matchAll(/<(?:script|link|img)\b[^>]*?\b(?:src|href)="([^"]+)"/g);
  return [...tags].map((match) => match[1]!).filter((link) => !link.startsWith('data:'));
}
