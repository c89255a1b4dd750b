import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { BookExportService } from './book-export.service.js';
import { sendImport } from './testing/import-client.js';
import { startTransferApp, TransferApp } from './testing/transfer-app.js';
import { SOON } from '@gatehouse/testing';

const COLUMNS = `title, author, description, rating, category, isbn, language, published_year, cover_url, source_id, version`;
const TYPES = { csv: 'text/csv; charset=utf-8; header=present', ndjson: 'application/x-ndjson' };

let transfer: TransferApp;
let empty: TransferApp;

beforeAll(async () => {
  [transfer, empty] = await Promise.all([startTransferApp(), startTransferApp()]);
});
afterAll(() => Promise.all([transfer.close(), empty.close()]));
beforeEach(() =>
  Promise.all(
    [transfer, empty].map(({ dataSource }) => dataSource.query('TRUNCATE books RESTART IDENTITY CASCADE')),
  ),
);

/** In batches, so that each stays within the statement timeout on a busy machine. */
async function fill(count: number): Promise<void> {
  for (let from = 1; from <= count; from += 5_000) {
    await transfer.dataSource.query(
      `INSERT INTO books (title, author, description, rating) SELECT 'T' || n, 'X', repeat('d', 500), 4.5 FROM generate_series($1::int, $2::int) n`,
      [from, Math.min(from + 4_999, count)],
    );
  }
}
const all = ({ dataSource }: TransferApp) => dataSource.query(`SELECT ${COLUMNS} FROM books ORDER BY id`);
const download = (format: string) => fetch(`${transfer.url}/export?format=${format}`);

describe.each(['csv', 'ndjson'] as const)('the export as %s', (format) => {
  it('restores the same books in an empty database, and changes nothing in its source', async () => {
    await transfer.dataSource.query(`
      INSERT INTO books (title, author, description, rating, category, isbn, language, published_year, cover_url, source_id, version)
      VALUES ('He said "no"', 'A, B', E'two\\nlines\\r\\n,', 4.3, 'Novel', '080442957X', 'eng', -750, 'https://x.example/a?b,c', 'goodbooks:1', 7),
             ('=1+1', '''', '', 0, null, null, null, null, null, 's2', 1), ('😀é', 'ﬀ', '""', 5, ',', null, 'en-US', 0, null, 's3', 1)`);
    await fill(2_500);
    const before = await all(transfer);
    const body = await (await download(format)).text();
    const headers = { 'content-type': TYPES[format] };
    expect((await sendImport(transfer.url, body, headers)).last).toEqual({
      imported: 0,
      updated: 2_503,
      rejected: 0,
      errors: [],
    });
    expect(await all(transfer)).toEqual(before);
    expect((await sendImport(empty.url, body, headers)).last).toMatchObject({
      imported: 2_503,
      updated: 0,
      rejected: 0,
    });
    expect(await all(empty)).toEqual(before.map((book: object) => ({ ...book, version: 1 })));
  });

  it('declares its type', async () => {
    await fill(1);
    const { status, headers } = await download(format);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe(TYPES[format]);
    expect(headers.get('content-disposition')).toBe(`attachment; filename="books.${format}"`);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('contains every book that exists throughout exactly once', async () => {
    await fill(6_000);
    const reader = (await download(format)).body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = (await reader.read()).value ?? '';
    await transfer.dataSource.query('DELETE FROM books WHERE id % 2 = 0');
    await fill(100);
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) text += piece.value;
    const titles = text.match(/(?<=[,"])T\d+/g)!;
    const odd = titles.filter((title) => Number(title.slice(1)) % 2 === 1 && Number(title.slice(1)) > 100);
    expect(odd).toEqual(Array.from({ length: 2_950 }, (_, i) => `T${2 * i + 101}`));
  });
});

it('is NDJSON by default, with the fields of the API', async () => {
  await fill(1);
  const text = await (await fetch(`${transfer.url}/export`)).text();
  expect(text).toBe(`${text.trimEnd()}\n`);
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  expect(JSON.parse(text)).toEqual({
    id: 1,
    title: 'T1',
    author: 'X',
    description: 'd'.repeat(500),
    rating: 4.5,
    category: null,
    isbn: null,
    language: null,
    publishedYear: null,
    coverUrl: null,
    sourceId: expect.any(String),
    version: 1,
    createdAt: time,
    updatedAt: time,
  });
});

it('of no books is a header, or empty', async () => {
  expect(await (await download('csv')).text()).toMatch(/^id,title,author,[^\n]*\r\n$/);
  expect(await (await download('ndjson')).text()).toBe('');
});

it.each([
  ['text/csv', 'csv'],
  ['TEXT/CSV;q=0.9, application/x-ndjson;q=0.5', 'csv'],
  ['text/*', 'csv'],
  ['text/csv;q=0.5, */*', 'ndjson'],
  ['text/csv;q=0, */*;q=0.1', 'ndjson'],
  ['text/html,application/xml;q=0.9,*/*;q=0.8', 'ndjson'],
  ['application/x-ndjson', 'ndjson'],
  ['application/xml', 'ndjson'],
  ['text/csv;q=nonsense', 'ndjson'],
  ['', 'ndjson'],
] as const)('has for Accept: %s the format %s, unless the query names one', async (accept, format) => {
  const { headers } = await fetch(`${transfer.url}/export`, { headers: { accept } });
  expect(headers.get('content-type')).toBe(TYPES[format]);
  expect(headers.get('content-disposition')).toBe(`attachment; filename="books.${format}"`);
  expect(headers.get('vary')).toContain('Accept');
  const asked = await fetch(`${transfer.url}/export?format=csv`, { headers: { accept } });
  expect(asked.headers.get('content-type')).toBe(TYPES.csv);
});

it('refuses another format', async () => {
  expect((await download('xml')).status).toBe(422);
});

it('answers HEAD without reading the books', async () => {
  await fill(3_000);
  const query = vi.spyOn(transfer.dataSource.logger, 'logQuery');
  const { status, headers } = await fetch(`${transfer.url}/export?format=csv`, { method: 'HEAD' });
  expect([status, headers.get('content-type')]).toEqual([200, TYPES.csv]);
  expect(query.mock.calls.length).toBeLessThanOrEqual(1);
  query.mockRestore();
});

it('pauses for a slow client without holding a connection, and stops when the client disconnects', async () => {
  await fill(30_000);
  const query = vi.spyOn(transfer.dataSource.logger, 'logQuery');
  const socket = connect(transfer.port, '127.0.0.1').on('error', () => undefined);
  socket.pause().write('GET /books/export HTTP/1.1\r\nhost: x\r\n\r\n');
  await vi.waitFor(() => expect(query.mock.calls.length).toBeGreaterThan(1), SOON);
  const settled = await settle(() => query.mock.calls.length);
  expect(settled).toBeLessThan(250);
  const [{ count }] = await transfer.dataSource.query(
    `SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
       AND backend_type = 'client backend' AND application_name <> 'gatehouse-bus'`,
  );
  expect(count).toBe(0);
  socket.destroy();
  expect(await settle(() => query.mock.calls.length)).toBeLessThanOrEqual(settled + 2);
  query.mockRestore();
});

it.each(['csv', 'ndjson'] as const)(
  'holds little for a client that does not read it, as %s',
  async (format) => {
    await transfer.dataSource.query(
      `INSERT INTO books (title, author, description, rating) SELECT 'T' || n, 'X', repeat('d', 4000), 4.5 FROM generate_series(1, 2000) n`,
    );
    const query = vi.spyOn(transfer.dataSource.logger, 'logQuery');
    const stream = await transfer.app.get(BookExportService).start(format);
    stream.once('readable', () => undefined);
    await vi.waitFor(() => expect(stream.readableLength).toBeGreaterThan(0), SOON);
    await settle(() => stream.readableLength);
    expect(stream.readableLength).toBeLessThan(100_000);
    expect(query).toHaveBeenCalledTimes(1);
    query.mockRestore();
    stream.destroy();
  },
);

/** The value once it has stopped changing. */
async function settle(read: () => number): Promise<number> {
  for (;;) {
    const value = read();
    await new Promise((resolve) => setTimeout(resolve, 500));
    if (read() === value) return value;
  }
}
