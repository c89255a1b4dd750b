import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ResponseCache } from '@gatehouse/cache';
import { importLimits } from './import-limits.js';
import { sendImport } from './testing/import-client.js';
import { startTransferApp, TransferApp } from './testing/transfer-app.js';

const NDJSON = { 'content-type': 'application/x-ndjson' };
const HEADER = 'title,author,description,rating,isbn,sourceId';

let transfer: TransferApp;

beforeAll(async () => {
  transfer = await startTransferApp();
});
afterAll(() => transfer.close());
beforeEach(() => transfer.dataSource.query('TRUNCATE books RESTART IDENTITY CASCADE'));

const csv = (...rows: string[]) => sendImport(transfer.url, [HEADER, ...rows].join('\n'));
const ndjson = (...books: object[]) =>
  sendImport(transfer.url, books.map((book) => JSON.stringify(book)).join('\n'), NDJSON);
const books = (): Promise<Record<string, unknown>[]> =>
  transfer.dataSource.query(
    `SELECT id, title, author, description, rating::float8, category, isbn, language, published_year, source_id, version
     FROM books ORDER BY id`,
  );

describe('the result of a row', () => {
  it('creates a book from each', async () => {
    const { status, type, lines, last } = await csv(
      'A,X,"d, ""e""",4.5,978-0-14-143954-9,s1',
      ' B ,Y,,0,080442957x,',
    );
    expect([status, type]).toEqual([200, 'application/x-ndjson']);
    expect(lines[0]).toEqual({ read: 0, rejected: 0 });
    expect(Object.keys(last)).toEqual(['imported', 'updated', 'rejected', 'errors']);
    expect(last).toEqual({ imported: 2, updated: 0, rejected: 0, errors: [] });
    const rest = { category: null, language: null, published_year: null, version: 1 };
    expect(await books()).toEqual([
      {
        id: 1,
        title: 'A',
        author: 'X',
        description: 'd, "e"',
        rating: 4.5,
        isbn: '9780141439549',
        source_id: 's1',
        ...rest,
      },
      {
        id: 2,
        title: 'B',
        author: 'Y',
        description: '',
        rating: 0,
        isbn: '080442957X',
        source_id: expect.stringMatching(/^[\da-f-]{36}$/),
        ...rest,
      },
    ]);
  });

  it('updates the book of a sourceId in whatever Unicode form it comes', async () => {
    const forms = ['caf\u00e9', 'cafe\u0301', '\u212b', 'A\u030a'];
    for (const [i, sourceId] of forms.entries()) {
      const { last } = await ndjson({ title: `T${i}`, author: 'X', rating: 4, sourceId });
      expect(last).toMatchObject(i % 2 ? { imported: 0, updated: 1 } : { imported: 1, updated: 0 });
    }
    expect((await books()).map(({ title, source_id }) => [title, source_id])).toEqual([
      ['T1', 'caf\u00e9'],
      ['T3', '\u00c5'],
    ]);
  });

  it('ignores the trailing blank rows that spreadsheets write', async () => {
    const { last } = await csv('A,X,,4,,', ',,,,,', ' ,, ,,,,,', '', ',,,4,,', ',,,,,');
    expect(last).toMatchObject({ imported: 1, updated: 0, rejected: 1, errors: [{ line: 6 }] });
  });

  it('rejects only bad rows, with their line and reason', async () => {
    const { last } = await csv(
      ',X,,4,,',
      'A,X,,5.1,,',
      'A,X,,4.55,,',
      'A,X,,many,,',
      'A,X,,,,',
      `${'x'.repeat(201)},X,,4,,`,
      'A,X,,4,12345,',
      'A,X,,4,,,7',
      'A,X,,4',
      'A "B",X,,4,,',
      `A,X,,4,,${'s'.repeat(201)}`,
      'Good,X,"two',
      'lines",4,,',
      'A,,x,y,,',
    );
    expect(last).toEqual({
      imported: 1,
      updated: 0,
      rejected: 12,
      errors: [
        { line: 2, reason: expect.stringContaining('title') },
        { line: 3, reason: 'rating must not be greater than 5' },
        { line: 4, reason: expect.stringContaining('rating') },
        { line: 5, reason: expect.stringContaining('rating') },
        { line: 6, reason: expect.stringContaining('rating') },
        { line: 7, reason: expect.stringContaining('title') },
        { line: 8, reason: expect.stringContaining('isbn') },
        { line: 9, reason: 'The row has 7 cells, the header has 6' },
        { line: 10, reason: 'The row has 4 cells, the header has 6' },
        { line: 11, reason: expect.stringContaining('quote') },
        { line: 12, reason: expect.stringContaining('sourceId') },
        { line: 15, reason: expect.stringMatching(/author.*; rating/) },
      ],
    });
  });

  it('rejects bytes that are not UTF-8, even in ignored columns', async () => {
    const rows = Buffer.concat([
      Buffer.from('\uFEFFid,title,author,description,rating\n1,A,X,,4\n2,B'),
      Buffer.from([0xe9]),
      Buffer.from(',X,,4\n'),
      Buffer.from([0xff]),
      Buffer.from(',C,X,,4\n4,\uFFFD,X,,4\n'),
    ]);
    const { last } = await sendImport(transfer.url, rows);
    const reason = expect.stringContaining('UTF-8');
    expect(last).toMatchObject({
      imported: 2,
      rejected: 2,
      errors: [
        { line: 3, reason },
        { line: 4, reason },
      ],
    });
    expect((await books()).map(({ title }) => title)).toEqual(['A', '\uFFFD']);
  });

  it('checks the types of JSON values strictly', async () => {
    const book = { title: 'A', author: 'X', description: '', rating: 4 };
    const { last } = await ndjson(
      { ...book, id: 99, version: 7, createdAt: 'x', updatedAt: null, publishedYear: -750 },
      { ...book, rating: '4' },
      { ...book, title: null },
      { ...book, publishedYear: 1e20 },
      { ...book, colour: 'red' },
      { ...book, title: 'a\0b' },
      { ...book, title: '\ud800' },
      { ...book, sourceId: null },
      JSON.parse('{"__proto__": {"title": "A"}, "author": "X", "rating": 1}') as object,
      { ...book, title: 'x'.repeat(importLimits.recordLength) },
      { author: 'X', isbn: '1234567890' },
    );
    expect(last).toMatchObject({ imported: 1, updated: 0, rejected: 10 });
    expect(last.errors.map(({ line }) => line)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(last.errors.at(-1)!.reason).toBe('title, author and rating are required for a new book');
    expect(await books()).toMatchObject([{ id: 1, version: 1, published_year: -750 }]);
  });

  it('lists the first thousand errors in order, and counts all', async () => {
    const conflicts = ['A,X,,4,1111111111,s1', 'B,X,,4,2222222222,s2', 'C,X,,4,1111111111,s2'];
    const { last } = await csv(...conflicts, ...Array.from({ length: 1500 }, () => 'A,X,,9,,'));
    expect(last).toMatchObject({ imported: 2, rejected: 1501 });
    expect(last.errors).toHaveLength(1000);
    expect(last.errors.slice(0, 2).map(({ line }) => line)).toEqual([4, 5]);
  });
});

describe('the book that a row matches', () => {
  beforeEach(() => csv('A,X,a,1,1111111111,s1', 'B,X,b,2,,s2', 'C,X,c,3,3333333333,'));

  it('is found by isbn first, then by source id; a row without either is new', async () => {
    const { last } = await csv(
      'A2,X,a,1,1-111-11111-1,',
      'B2,X,b,2,2222222222,s2',
      'C2,X,c,3,3333333333,new',
      'D,X,d,4,,',
    );
    expect(last).toEqual({ imported: 1, updated: 3, rejected: 0, errors: [] });
    const found = await books();
    expect(found.map(({ id, title, isbn, version }) => [id, title, isbn, version])).toEqual([
      [1, 'A2', '1111111111', 2],
      [2, 'B2', '2222222222', 2],
      [3, 'C2', '3333333333', 2],
      [4, 'D', null, 1],
    ]);
    expect(found[0]!['source_id']).toBe('s1');
    expect(found[2]!['source_id']).not.toBe('new');
  });

  it('rejects a row whose isbn and source id belong to different books', async () => {
    const { last } = await csv('Z,X,z,1,1111111111,s2', 'Z,X,z,1,3333333333,s1');
    expect(last).toMatchObject({ imported: 0, updated: 0, rejected: 2 });
    expect(last.errors).toEqual(
      [2, 3].map((line) => ({ line, reason: 'isbn belongs to another book than sourceId' })),
    );
    expect((await books()).map(({ title }) => title)).toEqual(['A', 'B', 'C']);
  });

  it('lets a later row of the file see what an earlier one wrote', async () => {
    const { last } = await csv(
      'N,X,,1,4444444444,n1',
      'N2,X,,2,4444444444,',
      'N3,X,,3,,n1',
      'P,X,,1,4444444444,n2',
      'A2,X,,1,,s1',
      'B2,X,,1,1111111111,s2',
    );
    // Row 4 frees the isbn that row 5 takes, and row 6 the one that row 7 takes.
    expect(last).toEqual({ imported: 2, updated: 4, rejected: 0, errors: [] });
    expect((await books()).map(({ title, isbn, source_id }) => [title, isbn, source_id])).toEqual([
      ['A2', null, 's1'],
      ['B2', '1111111111', 's2'],
      ['C', '3333333333', expect.anything()],
      ['N3', null, 'n1'],
      ['P', '4444444444', 'n2'],
    ]);
  });

  it('keeps fields for which the file has no column, and clears those whose cell is empty', async () => {
    await ndjson({ sourceId: 's1', category: 'Novel', language: 'eng', publishedYear: 1900 });
    await sendImport(transfer.url, 'sourceId,rating,category\ns1,4.2,\n');
    expect((await books())[0]).toMatchObject({
      title: 'A',
      rating: 4.2,
      category: null,
      language: 'eng',
      published_year: 1900,
    });
    expect((await ndjson({ sourceId: 's1', language: null, isbn: null })).last).toMatchObject({ updated: 1 });
    expect((await books())[0]).toMatchObject({
      title: 'A',
      rating: 4.2,
      language: null,
      isbn: null,
      version: 4,
    });
  });

  it('counts a row that changes nothing as updated, and keeps the version', async () => {
    const before = await transfer.dataSource.query('SELECT * FROM books ORDER BY id');
    expect((await csv('A,X,a,1,1111111111,s1', 'B,X,b,2.0,,s2')).last).toMatchObject({
      imported: 0,
      updated: 2,
    });
    expect(await transfer.dataSource.query('SELECT * FROM books ORDER BY id')).toEqual(before);
  });
});

describe('the upload as a whole', () => {
  it.each([
    ['an unknown column', 'title,colour\nA,red\n', 'text/csv', 422, '1 field is invalid'],
    ['a column twice', 'title,title\nA,B\n', 'text/csv', 422, '1 field is invalid'],
    ['an empty body', '', 'text/csv', 422, '1 field is invalid'],
    ['an empty body of JSON', '\n \n', 'application/x-ndjson', 422, '1 field is invalid'],
    ['a header with a bad quote', 'ti"tle\n', 'text/csv', 400, 'The header cannot be read'],
    ['a file that ends in its header', '"title', 'text/csv', 400, 'The file ends inside a quoted cell'],
    [
      'another media type',
      '{}',
      'application/json',
      415,
      'Content-Type must be text/csv or application/x-ndjson',
    ],
  ])('refuses %s', async (_, body, type, status, detail) => {
    const {
      status: got,
      type: gotType,
      last,
    } = await sendImport(transfer.url, body, { 'content-type': type });
    expect([got, gotType]).toEqual([status, 'application/problem+json']);
    expect(last).toMatchObject({
      status,
      detail: expect.stringContaining(detail),
      instance: '/books/import',
    });
    expect(await books()).toEqual([]);
  });

  it('refuses a header that is not UTF-8', async () => {
    const { status, last } = await sendImport(transfer.url, Buffer.from('title\n', 'utf16le'));
    expect(status).toBe(400);
    expect(last).toMatchObject({ detail: 'The header is not valid UTF-8' });
  });

  it('accepts a header alone, and the media type in any case and with parameters', async () => {
    const { last } = await sendImport(transfer.url, HEADER, {
      'content-type': 'Text/CSV; charset=utf-8; header=present',
    });
    expect(last).toEqual({ imported: 0, updated: 0, rejected: 0, errors: [] });
  });

  it('accepts gzip, in one member or several', async () => {
    const body = Buffer.concat([gzipSync(`${HEADER}\nA,X,,4,,\n`), gzipSync('B,X,,4,,\n')]);
    const headers = { 'content-type': 'text/csv', 'content-encoding': 'gzip' };
    expect((await sendImport(transfer.url, body, headers)).last).toMatchObject({ imported: 2 });
  });

  it('refuses other encodings', async () => {
    const headers = { 'content-type': 'text/csv', 'content-encoding': 'br' };
    expect((await sendImport(transfer.url, 'x', headers)).status).toBe(415);
  });

  it('invalidates cached responses that show books, before the last line', async () => {
    const cache = transfer.app.get(ResponseCache);
    const entry = { status: 200, headers: {}, body: 'old', storedAt: 0 };
    const { generations } = await cache.read('k', ['books']);
    await cache.write('k', { ...entry, generations }, 60_000);
    expect((await cache.read('k', ['books'])).hit).toBeDefined();
    await csv('A,X,,4,,');
    expect((await cache.read('k', ['books'])).hit).toBeUndefined();
  });
});

describe('an endless body', () => {
  const { bytes } = importLimits;
  afterEach(() => Object.assign(importLimits, { bytes }));

  it('is refused when it is too long after decompression, and changes nothing', async () => {
    importLimits.bytes = 200_000;
    const bomb = gzipSync(`${HEADER}\n${'A,X,,4,,\n'.repeat(1_000_000)}`);
    const headers = { 'content-type': 'text/csv', 'content-encoding': 'gzip' };
    const { status, last } = await sendImport(transfer.url, bomb, headers);
    expect(status).toBe(200);
    expect(last.error).toMatchObject({ status: 413, type: '/problems/payload-too-large' });
    expect(await books()).toEqual([]);
  });
});

it('leaves no connection open', async () => {
  const connections = async () => {
    const [{ count }] = await transfer.dataSource.query(
      `SELECT count(*)::int FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'gatehouse-import'`,
    );
    return count;
  };
  await expect.poll(connections).toBe(0);
});
