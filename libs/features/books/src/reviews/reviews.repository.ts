import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { BookReview } from './book-review.entity.js';
import type { CreateReviewDto } from './dto/create-review.dto.js';
import type { ReviewDto } from './dto/review.dto.js';

const REVIEW_COLUMNS = `
  review.id, review.book_id AS "bookId", review.user_id AS "userId", users.username, review.rating, review.text,
  review.hidden, review.created_at AS "createdAt", review.updated_at AS "updatedAt"`;

/** The statements on the table `book_reviews`. Of the table `users` it reads the names, and nothing else. */
@Injectable()
export class ReviewsRepository {
  constructor(private readonly database: DataSource) {}

  /** For listings of a book's reviews; the alias is `review`. */
  selectVisible(bookId: number) {
    return this.database
      .createQueryBuilder(BookReview, 'review')
      .where('review.bookId = CAST(:bookId AS bigint) AND NOT review.hidden', { bookId });
  }

  async find(bookId: number, reviewId: string): Promise<ReviewDto | undefined> {
    const [review] = await this.database.query<ReviewDto[]>(
      `SELECT ${REVIEW_COLUMNS} FROM book_reviews review JOIN users ON users.id = review.user_id
       WHERE review.id = $1 AND review.book_id = $2::bigint`,
      [reviewId, bookId],
    );
    return review;
  }

  /** @throws QueryFailedError for an unknown book, or a second review of the same user */
  async insert(bookId: number, userId: string, { rating, text }: CreateReviewDto): Promise<ReviewDto> {
    const [review] = await this.database.query<[ReviewDto]>(
      `WITH review AS (
         INSERT INTO book_reviews (id, book_id, user_id, rating, text) VALUES ($1, $2, $3, $4, $5) RETURNING *
       )
       SELECT ${REVIEW_COLUMNS} FROM review JOIN users ON users.id = review.user_id`,
      [uuidv7(), bookId, userId, rating, text],
    );
    return review;
  }

  /** @returns `undefined` when there is no such review of the book */
  async setHidden(bookId: number, reviewId: string, hidden: boolean): Promise<ReviewDto | undefined> {
    const [[review]] = await this.database.query<[ReviewDto[], number]>(
      `UPDATE book_reviews review SET hidden = $3, updated_at = now() FROM users
       WHERE review.id = $1 AND review.book_id = $2::bigint AND users.id = review.user_id RETURNING ${REVIEW_COLUMNS}`,
      [reviewId, bookId, hidden],
    );
    return review;
  }

  /** The names of users by their ids. */
  async usernames(ids: readonly string[]): Promise<Map<string, string>> {
    const users = await this.database.query<{ id: string; username: string }[]>(
      'SELECT id, username FROM users WHERE id = ANY($1)',
      [ids],
    );
    return new Map(users.map(({ id, username }) => [id, username]));
  }
}
