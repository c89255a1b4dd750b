import { checkViolation, uniqueViolation } from '@gatehouse/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BooksDatabase, openBooksDatabase } from './testing/books-database.js';

let database: BooksDatabase;

beforeAll(async () => {
  database = await openBooksDatabase();
});

afterAll(() => database?.close());

const valid = { title: 'Emma', author: 'Jane Austen', description: '', rating: 4 };

async function insert(fields: object): Promise<string | undefined> {
  const row = { ...valid, ...fields };
  const names = Object.keys(row);
  const places = names.map((_, i) => `$${i + 1}`);
  const sql = `INSERT INTO books (${names.join()}) VALUES (${places.join()})`;
  return database.dataSource.query(sql, Object.values(row)).then(
    () => undefined,
    (error: unknown) => checkViolation(error) ?? uniqueViolation(error) ?? String(error),
  );
}

describe('the tables', () => {
  it('match the entities', async () => {
    const { upQueries } = await database.dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  it.each<[string, object]>([
    ['books_title_check', { title: '' }],
    ['books_title_check', { title: ' Emma' }],
    ['books_title_check', { title: 'x'.repeat(201) }],
    ['books_author_check', { author: '' }],
    ['books_author_check', { author: 'x'.repeat(201) }],
    ['books_description_check', { description: 'x'.repeat(4001) }],
    ['books_rating_check', { rating: 5.1 }],
    ['books_rating_check', { rating: -1 }],
    ['books_rating_check', { rating: 'NaN' }],
    ['books_category_check', { category: '' }],
    ['books_isbn_check', { isbn: '978-0141439587' }],
    ['books_isbn_check', { isbn: '97801414395X7' }],
    ['books_language_check', { language: 'x'.repeat(36) }],
    ['books_published_year_check', { published_year: 10_000 }],
    ['books_cover_url_check', { cover_url: 'javascript:alert(1)' }],
    ['books_source_id_check', { source_id: '' }],
    ['books_version_check', { version: 0 }],
  ])('%s refuses %j', async (constraint, fields) => {
    expect(await insert(fields)).toBe(constraint);
  });

  it('store one book per ISBN and source id, and any number without an ISBN', async () => {
    expect(await insert({ isbn: '9780141439587', source_id: 'a' })).toBeUndefined();
    expect(await insert({ isbn: '9780141439587' })).toBe('books_isbn_key');
    expect(await insert({ source_id: 'a' })).toBe('books_source_id_key');
    expect(await insert({})).toBeUndefined();
    expect(await insert({})).toBeUndefined();
  });
});
