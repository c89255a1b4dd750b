import type { CursorPageOf, ListRequest } from '@gatehouse/listing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BookFilters } from './books.listing.js';
import type { BookDto } from './book.dto.js';
import { BooksDatabase, openBooksDatabase } from './testing/books-database.js';
import { plansOf } from './testing/query-plans.js';

const BOOKS = 20_000;

let database: BooksDatabase;

beforeAll(async () => {
  database = await openBooksDatabase();
  // In batches, so that each stays within the statement timeout on a busy machine.
  for (let from = 1; from <= BOOKS; from += 2_000) {
    await database.dataSource.query(
      `INSERT INTO books (title, author, description, rating, category, language, published_year, created_at)
    SELECT 'Title ' || md5(n::text), 'Author ' || n % 5000 || CASE WHEN n % 7 = 0 THEN ', Second ' || n % 3000 ELSE '' END,
      repeat('Words ', 20), n % 51 / 10.0, 'Category ' || n % 50, 'l' || n % 40,
      CASE WHEN n % 20 > 0 THEN n % 2000 END, now() - n * interval '17 seconds'
    FROM generate_series($1::int, $2::int) AS n`,
      [from, from + 1_999],
    );
  }
  await database.dataSource.query('VACUUM ANALYZE books');
});

afterAll(() => database?.close());

type Request = ListRequest & BookFilters;
const plans = (request: Request) => plansOf(database.dataSource, () => database.books.list(request));

const sorts: Record<string, string> = {
  id: 'books_pkey',
  title: 'books_title_idx',
  author: 'books_author_idx',
  rating: 'books_rating_idx',
  publishedYear: 'books_published_year_idx',
  '-publishedYear': 'books_published_year_desc_idx',
  createdAt: 'books_created_at_idx',
  '-createdAt': 'books_created_at_idx',
  '-rating,title': 'books_rating_idx',
  '-publishedYear,title': 'books_published_year_desc_idx',
};

describe('the plans of the sorts', () => {
  it.each(Object.entries(sorts))('%s scans the index %s', async (sort, index) => {
    const found = await plans({ page: 1, pageSize: 10, sort });
    const items = found.find(({ isCount }) => !isCount)!;
    expect(found).toHaveLength(2);
    expect(items.indexes).toEqual([index]);
    expect(items.nodes).not.toContain('Sort');
    const first = await plans({ cursor: '', limit: 10, sort });
    expect(first.map(({ indexes }) => indexes)).toEqual([[index]]);
  });

  it.each(Object.entries(sorts))('%s by cursor costs the same at any depth', async (sort, index) => {
    let cursor: string | null = '';
    for (let page = 0; page < 120; page++) {
      cursor = ((await database.books.list({ cursor: cursor!, limit: 100, sort })) as CursorPageOf<BookDto>)
        .nextCursor;
    }
    const first = await plans({ cursor: '', limit: 100, sort });
    const deep = await plans({ cursor: cursor!, limit: 100, sort });
    expect(deep).toHaveLength(1);
    expect(deep[0]!.indexes).toEqual([index]);
    expect(deep[0]!.nodes).not.toContain('Sort');
    expect(deep[0]!.buffers).toBeLessThan(first[0]!.buffers * 1.5 + 20);
  });

  it('continues from known to unknown years in two statements that both use an index', async () => {
    const known = BOOKS * 0.95;
    let cursor: string | null = '';
    for (let seen = 0; seen < known - 50; seen += 100) {
      const request: Request = { cursor: cursor!, limit: seen === 0 ? 50 : 100, sort: 'publishedYear' };
      cursor = ((await database.books.list(request)) as CursorPageOf<BookDto>).nextCursor;
    }
    const found = await plans({ cursor: cursor!, limit: 100, sort: 'publishedYear' });
    expect(found).toHaveLength(2);
    for (const { indexes } of found) expect(indexes.join()).toMatch(/^books_published_year_(desc_)?idx$/);
    expect(Math.max(...found.map(({ buffers }) => buffers))).toBeLessThan(200);
  });
});

describe('the plans of the filters', () => {
  it.each<[Request, string]>([
    [{ author: 'author 17' }, 'books_authors_idx'],
    [{ author: 'second 170' }, 'books_authors_idx'],
    [{ category: 'CATEGORY 7' }, 'books_category_idx'],
    [{ language: 'L7' }, 'books_language_idx'],
    [{ minRating: 5 }, 'books_rating_idx'],
    [{ publishedFrom: 1990 }, 'books_published_year_idx'],
    [{ publishedFrom: 100, publishedTo: 105 }, 'books_published_year_idx'],
    [{ q: 'title abc' }, 'books_search_idx'],
    [{ q: 'author 17' }, 'books_search_idx'],
    [{ q: 'second', author: 'second 170' }, 'books_authors_idx'],
  ])('%j uses the index %s, also to count and by cursor', async (filters, index) => {
    const byPage = await plans({ page: 1, pageSize: 10, ...filters });
    const { nextCursor } = (await database.books.list({
      cursor: '',
      limit: 1,
      ...filters,
    })) as CursorPageOf<BookDto>;
    const byCursor = await plans({ cursor: nextCursor!, limit: 10, ...filters });
    const count = byPage.find(({ isCount }) => isCount)!;
    expect(count.indexes.join()).toContain(index.replace('_idx', ''));
    for (const { nodes, indexes } of [...byPage, ...byCursor]) {
      expect(nodes).not.toContain('Seq Scan');
      expect(indexes.length).toBeGreaterThan(0);
    }
  });

  it.each(Object.keys(sorts))('with the sort %s no filter reads the whole table', async (sort) => {
    for (const filters of [
      { author: 'author 17' },
      { category: 'category 7' },
      { language: 'l7' },
      { q: 'abc' },
    ]) {
      const found = await plans({ page: 1, pageSize: 10, sort, ...filters });
      expect(found.flatMap(({ nodes }) => nodes)).not.toContain('Seq Scan');
    }
  });
});

describe('the plan of a single book', () => {
  it('is a look-up in the primary key', async () => {
    const [plan] = await plansOf(database.dataSource, () => database.books.get(17));
    expect(plan!.indexes).toEqual(['books_pkey']);
    expect(plan!.buffers).toBeLessThan(6);
  });
});
