import type { PageOf } from '@gatehouse/listing';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BookFilters } from './books.listing.js';
import type { BookDto } from './book.dto.js';
import { BooksDatabase, openBooksDatabase } from './testing/books-database.js';

const locales = [
  "LC_COLLATE 'C' LC_CTYPE 'C'",
  "LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'",
  "LOCALE_PROVIDER icu ICU_LOCALE 'tr-TR' LC_COLLATE 'C' LC_CTYPE 'C'",
];

const titles = [
  'ハリー・ポッターと賢者の石',
  'A→B',
  'می‌خواهم زنده بمانم',
  '\u0643تاب \u0662',
  'عل\u0649',
  'Война и мир',
  'ISAAC’s İstanbul',
  'Straße nach Łódź',
  'हिन्दी कहानियाँ',
  'ΟΔΥΣΣΕΥΣ',
  '100% Ω',
  'Cafe\u0301 Zimmermann',
  '💥 → ☃',
  'ͺ',
  '﷽'.repeat(20),
  '㌶'.repeat(200),
  "'\\' ':* & |",
];

describe.each(locales)('on a database with %s', (locale) => {
  let database: BooksDatabase;

  beforeAll(async () => {
    database = await openBooksDatabase(locale);
  });

  afterAll(() => database?.close());

  beforeEach(() => database.dataSource.query('DELETE FROM books'));

  const create = (title: string, author = 'Jo Nesbø', category = 'Krimi', language = 'nb-NO') =>
    database.books.create({ title, author, category, language, description: '', rating: 1 });
  const find = async (filters: BookFilters) => {
    const page = await database.books.list({ page: 1, pageSize: 100, ...filters });
    return (page as PageOf<BookDto>).items.map(({ title }) => title);
  };

  it.each(titles)('finds %j by its own title', async (title) => {
    await create(title);
    expect(await find({ q: title })).toEqual([title]);
  });

  it('finds every title with a letter or a digit by its own text', async () => {
    const title = fc
      .string({
        unit: fc.oneof(fc.constantFrom(..." .'-→\u200c・"), fc.string({ unit: 'binary', maxLength: 1 })),
      })
      .map((text) => text.replaceAll('\0', '').trim())
      .filter((text) => /[\p{L}\p{N}]/u.test(text) && [...text].length <= 200);
    await fc.assert(
      fc.asyncProperty(title, async (text) => {
        await create(text);
        expect(await find({ q: text })).toContain(text);
        const decomposed = text.normalize('NFD');
        // Letters newer than the database have forms of which only Node knows.
        const [{ form }] = await database.dataSource.query('SELECT normalize($1, NFD) AS form', [text]);
        if (form === decomposed) expect(await find({ q: decomposed })).toContain(text);
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['ВОЙНА', 'Война и мир'],
    ['война', 'Война и мир'],
    ['isaac', 'ISAAC’s İstanbul'],
    ['ISTANBUL', 'ISAAC’s İstanbul'],
    ['istanbul', 'ISAAC’s İstanbul'],
    ['strasse', 'Straße nach Łódź'],
    ['STRASSE lodz', 'Straße nach Łódź'],
    ['STRAẞE', 'Straße nach Łódź'],
    ['nesbo', 'Straße nach Łódź'],
    ['NESBØ strasse', 'Straße nach Łódź'],
    ['οδυσσευς', 'ΟΔΥΣΣΕΥΣ'],
    ['οδυσσεύσ', 'ΟΔΥΣΣΕΥΣ'],
    ['ポッター', 'ハリー・ポッターと賢者の石'],
    ['ﾊﾘｰ', 'ハリー・ポッターと賢者の石'],
    ['میخواهم', 'می‌خواهم زنده بمانم'],
    ['خواهم', 'می‌خواهم زنده بمانم'],
    ['م\u064aخواهم', 'می‌خواهم زنده بمانم'],
    ['\u06a9تاب \u06f2', '\u0643تاب \u0662'],
    ['عل\u06cc', 'عل\u0649'],
    ['हिन्दी', 'हिन्दी कहानियाँ'],
    ['b', 'A→B'],
    ['cafe', 'Cafe\u0301 Zimmermann'],
    ['CAFÉ', 'Cafe\u0301 Zimmermann'],
    ['☃', '💥 → ☃'],
  ])('finds with %j the title %j', async (q, title) => {
    for (const each of titles) await create(each);
    expect(await find({ q })).toContain(title);
  });

  it('finds no title that lacks a word', async () => {
    for (const each of titles) await create(each);
    expect(await find({ q: 'हनद' })).toEqual([]);
    expect(await find({ q: 'strase' })).toEqual([]);
    expect(await find({ q: 'nesbo nobody' })).toEqual([]);
  });

  it('ranks a whole word above the beginning of a longer one', async () => {
    await create('Cats', 'C. Catherine');
    await create('Cobol');
    await create('The whole of what there is to know about programming in C++');
    expect((await find({ q: 'C++' }))[0]).toBe('Cats');
    await database.dataSource.query(`DELETE FROM books WHERE title = 'Cats'`);
    expect((await find({ q: 'C++' }))[0]).toMatch(/C\+\+$/);
  });

  it.each<BookFilters>([
    { author: 'JO NESBØ' },
    { author: 'jo nesbo' },
    { author: 'Isaac İnönü' },
    { author: 'ISAAC INONU' },
    { author: 'Isaac I\u0307no\u0308nu\u0308, Jo Nesbø' },
    { category: 'KRIMI' },
    { category: 'ｋｒｉｍｉ' },
    { language: 'NB-no' },
  ])('filters by %j whatever the case, accents and Unicode form', async (filters) => {
    await create('Found', 'Jo Nesbø, Isaac İnönü');
    await create('Lost', 'Somebody', 'Drama', 'en');
    expect(await find(filters)).toEqual(['Found']);
  });
});
