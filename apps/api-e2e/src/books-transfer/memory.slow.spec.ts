import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { createTestDatabase, type TestDatabase } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiProcess } from '../support/api-process.js';
import { print } from '../support/print.js';
import { type MemoryUse, watchMemory } from '../support/resident-memory.js';
import { CSV_HEADER, csvLine } from '../support/slow-requests.js';
import { exportBooks, importCsv, type ImportResult } from './transfer.js';

const WORKSPACE = resolve(import.meta.dirname, '../../../..');
const BOOKS_CSV = process.env['BOOKS_CSV'] || resolve(WORKSPACE, '../shared/data/books.csv');
const BOOKS = 10_000;
const GROWTH_MB = 50;
const SECONDS = 30;
const BIG_BYTES = 300_000_000;

const hasMemory = process.platform === 'linux';
const hasBooks = existsSync(BOOKS_CSV);
const isBig = process.env['BIG_IMPORT'] === '1';
if (!hasMemory) console.warn('SKIPPED, since only Linux has /proc: the memory of imports and exports');
if (!hasBooks)
  console.warn(`SKIPPED, since ${BOOKS_CSV} is not there (set BOOKS_CSV): the import of 10,000 books`);
if (!isBig) console.warn('SKIPPED, since BIG_IMPORT=1 is not set: the import of 300 MB, which takes minutes');

const say = (name: string, { before, highest, growth, seconds }: MemoryUse<unknown>): void => {
  const [from, to, by] = [before, highest, growth].map((mb) => mb.toFixed(1));
  print(`${name}: ${seconds.toFixed(1)} s, resident memory ${from} MB → at most ${to} MB, ${by} MB more`);
};

describe.skipIf(!hasMemory)('the memory of the server', () => {
  let database: TestDatabase;
  let api: ApiProcess;
  let token: string;

  const measure = async <T>(name: string, work: () => Promise<T>): Promise<MemoryUse<T>> => {
    const use = await watchMemory(api.pid, work);
    say(name, use);
    return use;
  };
  const totalOfBooks = async (): Promise<number> =>
    (await api.client.get('/api/v1/books?pageSize=1')).body.total;

  beforeAll(async () => {
    database = await createTestDatabase();
    api = await ApiProcess.start({ DATABASE_URL: database.url, DEVELOPMENT_DATA: 'true' });
    token = await api.client.tokenOf('admin');
    // Warm-up, so that compilation and the young generation are not counted as costs of a large file.
    const lines = Array.from({ length: 2_000 }, (_, n) => csvLine(n)).join('');
    for (let n = 0; n < 3; n++) await importCsv(api.url, token, Readable.from([CSV_HEADER, lines]));
    for (const format of ['csv', 'ndjson'] as const) await exportBooks(api.url, format);
  });
  afterAll(async () => {
    await api?.stop();
    await database?.drop();
  });

  describe.skipIf(!hasBooks)('while 10,000 real books', () => {
    let before: number;
    let first: MemoryUse<ImportResult>;

    const importBooks = (name: string) =>
      measure(name, () => importCsv(api.url, token, createReadStream(BOOKS_CSV)));

    beforeAll(async () => {
      before = await totalOfBooks();
      first = await importBooks('import of 10,000 books');
    });

    it('are imported is bounded, each line is accounted for, and it takes seconds', async () => {
      const { imported, updated, rejected, errors } = first.result;
      expect(imported + updated + rejected).toBe(BOOKS);
      expect(errors).toHaveLength(rejected);
      for (const { line, reason } of errors) {
        expect(line).toBeGreaterThan(1);
        expect(reason).not.toBe('');
      }
      expect(rejected).toBeLessThan(20);
      expect(await totalOfBooks()).toBe(before + imported);
      expect(first.growth).toBeLessThan(GROWTH_MB);
      expect(first.seconds).toBeLessThan(SECONDS);
    });

    it('are imported again is bounded, and none is there twice', async () => {
      const total = await totalOfBooks();
      const { imported, rejected } = first.result;
      const { result, growth, seconds } = await importBooks('import of the same 10,000 books');
      expect(result).toMatchObject({ imported: 0, updated: imported, rejected, errors: first.result.errors });
      expect(await totalOfBooks()).toBe(total);
      expect(growth).toBeLessThan(GROWTH_MB);
      expect(seconds).toBeLessThan(SECONDS);
    });

    it('are exported is bounded, and they are those of the file', async () => {
      const sources = new Set<string>();
      const { growth, result } = await measure('export of all books', () =>
        exportBooks(api.url, 'ndjson', (line) => {
          const { sourceId } = JSON.parse(line) as { sourceId: string | null };
          if (sourceId?.startsWith('goodbooks:')) sources.add(sourceId);
        }),
      );
      const rejectedLines = new Set(first.result.errors.map(({ line }) => line));
      const ids = readFileSync(BOOKS_CSV, 'utf8').trimEnd().split('\n').slice(1);
      const kept = ids.flatMap((line, i) =>
        rejectedLines.has(i + 2) ? [] : [`goodbooks:${line.split(',')[0]}`],
      );
      expect(sources).toEqual(new Set(kept));
      expect(result.lines).toBe(await totalOfBooks());
      expect(growth).toBeLessThan(GROWTH_MB);
    });
  });

  describe.skipIf(!isBig)('while a file of 300 MB', () => {
    const filler = 'a line of a long description; '.repeat(10);

    function* generate(bytes: number): Generator<string> {
      yield CSV_HEADER;
      for (let n = 0, size = 0; size < bytes;) {
        const lines = Array.from({ length: 200 }, () => csvLine(1_000_000 + n++, filler)).join('');
        size += lines.length;
        yield lines;
      }
    }

    it('is imported and exported is bounded', { timeout: 900_000 }, async () => {
      const imports = await measure('import of 300 MB', () =>
        importCsv(api.url, token, Readable.from(generate(BIG_BYTES))),
      );
      const { imported, updated, rejected } = imports.result;
      print(`${imported} imported, ${updated} updated, ${rejected} rejected`);
      expect([updated, rejected]).toEqual([0, 0]);
      expect(imports.growth).toBeLessThan(GROWTH_MB);
      const exports = await measure('export of it', () => exportBooks(api.url, 'csv'));
      print(`${exports.result.bytes} bytes, ${exports.result.lines} lines`);
      expect(exports.result.lines).toBeGreaterThan(imported);
      // The heap has shrunk while the database was writing, and may grow again to its previous size.
      expect(exports.highest - imports.before).toBeLessThan(GROWTH_MB);
    });
  });
});
