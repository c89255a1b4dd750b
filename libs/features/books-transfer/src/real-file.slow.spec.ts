import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ImportAnswer, sendImport } from './testing/import-client.js';
import { startTransferApp, TransferApp } from './testing/transfer-app.js';

const path =
  process.env['BOOKS_CSV'] ?? resolve(import.meta.dirname, '../../../../../../shared/data/books.csv');
const isThere = existsSync(path);
if (!isThere)
  process.emitWarning(`SKIPPED: the import of goodbooks-10k. Set BOOKS_CSV: there is no file ${path}`);

describe.skipIf(!isThere)('the import of goodbooks-10k', () => {
  let transfer: TransferApp;
  let file: Buffer;
  let source: Record<string, string>[];
  let first: ImportAnswer;

  beforeAll(async () => {
    transfer = await startTransferApp();
    file = readFileSync(path);
    source = parse(file, { columns: true });
    first = await sendImport(transfer.url, file);
  });
  afterAll(() => transfer?.close());

  const stored = (): Promise<Record<string, unknown>[]> =>
    transfer.dataSource.query(
      `SELECT source_id, title, author, rating::text, isbn, language, published_year, cover_url FROM books
       ORDER BY substr(source_id, 11)::integer`,
    );

  it('accounts for every line', () => {
    const tooLong = source.flatMap(({ authors }, i) => ([...authors!].length > 200 ? [i + 2] : []));
    expect(tooLong).toHaveLength(14);
    expect(first.last).toEqual({
      imported: 9_986,
      updated: 0,
      rejected: 14,
      errors: tooLong.map((line) => ({
        line,
        reason: 'author must be shorter than or equal to 200 characters',
      })),
    });
    expect(first.lines.some(({ read }) => Number(read) >= 5_000)).toBe(true);
  });

  it('stores the content of the file', async () => {
    const rows = await stored();
    const kept = source.filter(({ authors }) => [...authors!].length <= 200);
    expect(rows).toEqual(
      kept.map((book) => ({
        source_id: `goodbooks:${book['book_id']}`,
        title: book['title']!.trim(),
        author: book['authors']!.trim(),
        rating: expect.stringMatching(/^[0-5]\.\d$/),
        isbn: book['isbn'] ? book['isbn'].padStart(10, '0') : null,
        language: book['language_code'] || null,
        published_year: book['original_publication_year'] ? Number(book['original_publication_year']) : null,
        cover_url: book['image_url'],
      })),
    );
    for (const [i, { rating }] of rows.entries()) {
      expect(Math.abs(Number(rating) - Number(kept[i]!['average_rating']))).toBeLessThanOrEqual(0.05 + 1e-9);
    }
  });

  it('creates no duplicates the second time, and changes nothing', async () => {
    const before = await transfer.dataSource.query('SELECT * FROM books ORDER BY id');
    const { last } = await sendImport(transfer.url, file);
    expect(last).toEqual({ ...first.last, imported: 0, updated: 9_986 });
    expect(await transfer.dataSource.query('SELECT * FROM books ORDER BY id')).toEqual(before);
  });

  it.each(['csv', 'ndjson'])('round-trips through the export as %s', async (format) => {
    const body = await (await fetch(`${transfer.url}/export?format=${format}`)).text();
    const type = format === 'csv' ? 'text/csv' : 'application/x-ndjson';
    const { last } = await sendImport(transfer.url, body, { 'content-type': type });
    expect(last).toEqual({ imported: 0, updated: 9_986, rejected: 0, errors: [] });
  });
});
