// needs: books, ticketing
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import openapiTS, { astToString } from 'openapi-typescript';
import ts from 'typescript';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestApp } from '../support/test-app.js';

/** The README's tour with a client generated from the document; it prints the results. */
const TOUR = `
import createClient from 'openapi-fetch';
import type { components, paths } from './api.js';

const client = createClient<paths>({ baseUrl: process.argv[2]! });
const seen: Record<string, unknown> = {};

async function as(username: string): Promise<{ Authorization: string }> {
  const { data, error } = await client.POST('/api/v1/auth/login', { body: { username, password: 'Passw0rd' } });
  if (!data) throw new Error(error.detail);
  return { Authorization: \`Bearer \${data.access_token}\` };
}
const [admin, demo] = [await as('admin'), await as('demo')];

const list = () => client.GET('/api/v1/books', { params: { query: { pageSize: 1, sort: '-rating,title' } } });
await list();
const { data: books, response: cached } = await list();
if (!books || !('total' in books)) throw new Error('no page of books');
const first: components['schemas']['BookDto'] = books.items[0]!;
seen['cache'] = [cached.headers.get('x-cache'), cached.headers.get('x-total-count') === String(books.total), first.title !== ''];

const book = { title: 'Middlemarch', author: 'George Eliot', description: 'A study of provincial life', rating: 4.5 };
const refusals = [];
for (const [headers, body] of [[{}, book], [demo, book], [admin, { ...book, title: '', rating: 7 }]] as const) {
  const { error } = await client.POST('/api/v1/books', { body, headers });
  refusals.push([error?.status, error?.errors?.map(({ path, code }) => \`\${path}: \${code}\`)]);
}
seen['refusals'] = refusals;

const { data: made, response: creation } = await client.POST('/api/v1/books', { body: book, headers: admin });
if (!made) throw new Error('no book');
seen['created'] = [creation.status, creation.headers.get('location') === \`/api/v1/books/\${made.id}\`, creation.headers.get('etag')];
seen['after a write'] = (await list()).response.headers.get('x-cache');

const change = (etag: string) =>
  client.PATCH('/api/v1/books/{id}', {
    params: { path: { id: made.id }, header: { 'If-Match': etag } },
    body: { category: null, rating: 4 },
    headers: admin,
  });
const { data: changed } = await change('"v1"');
const category: string | null | undefined = changed?.category;
seen['changed'] = [changed?.rating, category ?? null, (await change('"v1"')).error?.status];

const grant = { params: { path: { name: 'books.write', role: 'user' } }, headers: admin } as const;
seen['granted'] = (await client.PUT('/api/v1/permissions/{name}/grants/role/{role}', grant)).response.status;
const { data: key } = await client.POST('/api/v1/auth/api-keys', { body: { name: 'importer', permissions: ['books.write'] }, headers: demo });
seen['key'] = key?.key.startsWith('ghk_');
const byKey = await client.POST('/api/v1/books', { body: { ...book, title: 'Romola' }, headers: { 'X-API-Key': key?.key ?? '' } });
seen['by key'] = byKey.response.status;
await client.DELETE('/api/v1/permissions/{name}/grants/role/{role}', grant);

const { data: audit } = await client.GET('/api/v1/audit', { params: { query: { limit: 1 } }, headers: admin });
seen['audit'] = audit && 'nextCursor' in audit ? audit.items[0]?.action : undefined;

const { data: events } = await client.GET('/api/v1/ticketing/events', { params: { query: { pageSize: 1 } } });
const id = events?.items[0]?.id ?? '';
const of = { params: { path: { id } }, headers: demo };
const { data: sessions } = await client.GET('/api/v1/ticketing/events/{id}/sessions', of);
const { data: categories } = await client.GET('/api/v1/ticketing/events/{id}/categories', of);
const { data: ticket } = await client.POST('/api/v1/ticketing/tickets', {
  body: { sessionId: sessions?.items[0]?.id ?? '', categoryId: categories?.items[0]?.id ?? '' },
  headers: demo,
});
const status: 'pending' | 'confirmed' | 'cancelled' | 'expired' | undefined = ticket?.status;
seen['ticket'] = status === 'pending' || status === 'confirmed';

console.log(JSON.stringify(seen));
`;

const ROOT = join(import.meta.dirname, '../../../..');
const OPTIONS: ts.CompilerOptions = {
  strict: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  exactOptionalPropertyTypes: true,
  module: ts.ModuleKind.NodeNext,
  target: ts.ScriptTarget.ES2024,
  lib: ['lib.es2024.d.ts', 'lib.dom.d.ts'],
  types: ['node'],
  skipLibCheck: true,
};

let app: TestApp;
let folder: string;

beforeAll(async () => {
  app = await TestApp.start();
  await mkdir(join(ROOT, 'artifacts'), { recursive: true });
  folder = await mkdtemp(join(ROOT, 'artifacts/client-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await app.stop();
});

it('a client generated from the document can do the tour, in strict TypeScript', async () => {
  const types = astToString(
    await openapiTS(JSON.stringify(app.app.getHttpAdapter().getInstance().openApiDocument)),
  );
  const tour = join(folder, 'tour.ts');
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await writeFile(join(folder, 'api.ts'), types);
  await writeFile(tour, TOUR);
  const program = ts.createProgram([tour], OPTIONS);
  expect(ts.getPreEmitDiagnostics(program).map(textOf)).toEqual([]);
  program.emit();
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'tour.js'), app.url]);
  expect(JSON.parse(stdout)).toEqual({
    cache: ['HIT', true, true],
    refusals: [
      [401, null],
      [403, null],
      [422, ['title: minLength', 'rating: max']],
    ],
    created: [201, true, '"v1"'],
    'after a write': 'MISS',
    changed: [4, null, 412],
    granted: 204,
    key: true,
    'by key': 201,
    audit: expect.any(String),
    ticket: true,
  });
});

function textOf({ file, start, messageText }: ts.Diagnostic): string {
  const line = file && start !== undefined ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
  return `${file?.fileName.split('/').at(-1)}:${line} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
}
