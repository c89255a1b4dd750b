import type { Principal, Problem } from '@gatehouse/http';
import type { CursorPageOf } from '@gatehouse/listing';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BooksDatabase, openBooksDatabase } from '../testing/books-database.js';
import type { ReviewDto } from './review.dto.js';

let database: BooksDatabase;
let bookId: number;
let ann: Principal;
let bob: Principal;

beforeAll(async () => {
  database = await openBooksDatabase();
});

afterAll(() => database?.close());

beforeEach(async () => {
  await database.dataSource.query('DELETE FROM books; DELETE FROM users');
  bookId = await createBook();
  ann = await createUser('ann', 'user');
  bob = await createUser('bob', 'user');
});

async function createBook(): Promise<number> {
  return (await database.books.create({ title: 'Emma', author: 'Jane Austen', description: '', rating: 4 }))
    .id;
}

async function createUser(username: string, role: string): Promise<Principal> {
  const id = uuidv7();
  await database.dataSource.query('INSERT INTO users VALUES ($1, $2)', [id, username]);
  return { id, username, role, can: () => false };
}

const review = (caller: Principal, rating = 5) =>
  database.reviews.create(bookId, { rating, text: 'Good' }, caller);
const listed = async () =>
  (await database.reviews.list(bookId, { page: 1, pageSize: 10 })).items.map(({ username }) => username);

async function statusOf(answer: Promise<unknown>): Promise<[number, string]> {
  const problem = await answer.then(
    () => undefined,
    (error: Problem) => error,
  );
  return [problem?.getStatus() ?? 200, problem?.detail ?? 'fine'];
}

describe('ReviewsService', () => {
  it('stores one review per user and book, however many are sent concurrently', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => statusOf(review(ann))));
    expect(answers.filter(([status]) => status === 200)).toHaveLength(1);
    expect(answers.filter(([status]) => status === 409)).toHaveLength(7);
    await review(bob);
    expect(await listed()).toEqual(['bob', 'ann']);
  });

  it('returns the review as stored', async () => {
    const created = await review(ann, 3);
    expect(created).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
      bookId,
      userId: ann.id,
      username: 'ann',
      rating: 3,
      text: 'Good',
      hidden: false,
      createdAt: expect.any(Date),
      updatedAt: expect.any(Date),
    });
    expect(await database.reviews.get(bookId, created.id, undefined)).toEqual(created);
    const { items } = await database.reviews.list(bookId, { cursor: '', limit: 10 });
    expect(items).toEqual([created]);
  });

  it('requires an existing book', async () => {
    for (const id of [bookId + 1, Number.MAX_SAFE_INTEGER]) {
      const expected = [404, `Book ${id} not found`];
      expect(await statusOf(database.reviews.list(id, { page: 1, pageSize: 10 }))).toEqual(expected);
      expect(await statusOf(database.reviews.create(id, { rating: 5, text: '' }, ann))).toEqual(expected);
    }
  });

  it('does not find a review under another book', async () => {
    const { id } = await review(ann);
    const other = await createBook();
    const expected = [404, `Review ${id} not found`];
    expect(await statusOf(database.reviews.get(other, id, ann))).toEqual(expected);
    expect(await statusOf(database.reviews.moderate(other, id, true))).toEqual(expected);
    expect(await listed()).toEqual(['ann']);
  });

  it('hides a review from everyone but moderators and its author', async () => {
    const { id } = await review(ann);
    expect(await database.reviews.moderate(bookId, id, true)).toMatchObject({
      id,
      hidden: true,
      username: 'ann',
    });
    expect(await listed()).toEqual([]);
    expect(await statusOf(database.reviews.get(bookId, id, undefined))).toEqual([
      404,
      `Review ${id} not found`,
    ]);
    expect(await statusOf(database.reviews.get(bookId, id, bob))).toEqual([404, `Review ${id} not found`]);
    for (const caller of [ann, { ...bob, role: 'moderator' }, { ...bob, role: 'admin' }]) {
      expect((await database.reviews.get(bookId, id, caller)).hidden).toBe(true);
    }
    await database.reviews.moderate(bookId, id, false);
    expect(await listed()).toEqual(['ann']);
    expect((await statusOf(review(ann)))[0]).toBe(409);
  });

  it('is deleted with its book or its user', async () => {
    await review(ann);
    await review(bob);
    await database.dataSource.query('DELETE FROM users WHERE id = $1', [ann.id]);
    expect(await listed()).toEqual(['bob']);
    await database.books.remove(bookId, undefined);
    expect(await database.dataSource.query('SELECT id FROM book_reviews')).toEqual([]);
  });

  it('reports a user who was deleted in the meantime', async () => {
    await database.dataSource.query('DELETE FROM users');
    expect(await statusOf(review(ann))).toEqual([401, 'User not found']);
  });

  it('lists all reviews by cursor, the latest first', async () => {
    for (let i = 0; i < 7; i++) await review(await createUser(`reader${i}`, 'user'), (i % 2) + 1);
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = (await database.reviews.list(bookId, { cursor, limit: 3 })) as CursorPageOf<ReviewDto>;
      seen.push(...page.items.map(({ username }) => username));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual([6, 5, 4, 3, 2, 1, 0].map((i) => `reader${i}`));
    const best = await database.reviews.list(bookId, { page: 1, pageSize: 10, rating: 2 });
    expect(best.items).toHaveLength(3);
  });
});
