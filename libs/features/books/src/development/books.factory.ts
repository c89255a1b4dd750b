import { Injectable } from '@nestjs/common';
import type { DataFactory } from '@gatehouse/modules';
import type { EntityManager } from 'typeorm';
import { classics } from './classics.js';
import { describeClassic, ratingOf } from './describe-classic.js';
import { reviewsBy } from './sample-reviews.js';

/** A small library of classics, with reviews by the development users. */
@Injectable()
export class BooksFactory implements DataFactory {
  async shouldRun(manager: EntityManager): Promise<boolean> {
    const [{ empty }] = await manager.query<[{ empty: boolean }]>(
      'SELECT NOT EXISTS (SELECT FROM books) AS empty',
    );
    return empty;
  }

  async run(manager: EntityManager): Promise<void> {
    const books = classics.map((classic, i) => ({
      ...classic,
      description: describeClassic(classic),
      rating: ratingOf(i),
      sourceId: `classic-${i + 1}`,
    }));
    const created = await manager.query<{ id: number; title: string }[]>(INSERT_BOOKS, [
      JSON.stringify(books),
    ]);
    const users = await manager.query<{ id: string }[]>(
      'SELECT id FROM users ORDER BY created_at, id LIMIT 3',
    );
    const reviews = users.flatMap(({ id }, i) => reviewsBy(id, i, created));
    await manager.query(INSERT_REVIEWS, [JSON.stringify(reviews)]);
  }
}

const INSERT_BOOKS = `
  INSERT INTO books (title, author, description, rating, category, language, published_year, source_id)
  SELECT title, author, description, rating, category, language, "publishedYear", "sourceId"
  FROM json_to_recordset($1) AS book (
    title text, author text, description text, rating numeric, category text, language text, "publishedYear" integer,
    "sourceId" text
  )
  RETURNING id, title`;

const INSERT_REVIEWS = `
  INSERT INTO book_reviews (id, book_id, user_id, rating, text)
  SELECT id, "bookId", "userId", rating, text
  FROM json_to_recordset($1) AS review (id uuid, "bookId" integer, "userId" uuid, rating integer, text text)`;
