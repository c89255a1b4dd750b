import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { foreignKeyViolation, uniqueViolation } from '@gatehouse/database';
import {
  ConflictProblem,
  found,
  NotFoundProblem,
  type Principal,
  UnauthenticatedProblem,
} from '@gatehouse/http';
import { CursorPageOf, Listings, ListRequest, PageOf } from '@gatehouse/listing';
import { BooksService } from '../books.service.js';
import { BookReview } from './book-review.entity.js';
import { isModerator } from './moderators.js';
import { type CreateReviewDto, type ReviewDto, reviewsListing } from './review.dto.js';

@Injectable()
export class ReviewsService {
  constructor(
    private readonly books: BooksService,
    @InjectRepository(BookReview) private readonly reviews: Repository<BookReview>,
    private readonly listings: Listings,
  ) {}

  async list(
    bookId: number,
    query: ListRequest & { rating?: number },
  ): Promise<PageOf<ReviewDto> | CursorPageOf<ReviewDto>> {
    await this.books.get(bookId);
    const rows = this.select(bookId).andWhere('NOT review.hidden');
    if (query.rating !== undefined) rows.andWhere('review.rating = :rating', { rating: query.rating });
    const page = await this.listings.list(rows, query, reviewsListing);
    return { ...page, items: await this.toDtos(page.items) };
  }

  /** A hidden review is visible only to moderators and its author. */
  async get(bookId: number, reviewId: string, caller: Principal | undefined): Promise<ReviewDto> {
    const review = await this.select(bookId, reviewId).getOne();
    const isVisible = review && (!review.hidden || review.userId === caller?.id || isModerator(caller));
    return this.toDto(found(isVisible ? review : undefined, `Review ${reviewId}`));
  }

  async create(bookId: number, fields: CreateReviewDto, caller: Principal): Promise<ReviewDto> {
    await this.books.get(bookId);
    const review = this.reviews.create({ id: uuidv7(), bookId, userId: caller.id, ...fields });
    await this.reviews.insert(review).catch((error: unknown) => {
      if (uniqueViolation(error))
        throw new ConflictProblem('Review of this book by this user already exists');
      const gone = foreignKeyViolation(error);
      if (gone === 'book_reviews_book_id_fkey') throw new NotFoundProblem(`Book ${bookId} not found`);
      if (gone === 'book_reviews_user_id_fkey') throw new UnauthenticatedProblem('User not found');
      throw error;
    });
    return this.toDto(review);
  }

  async moderate(bookId: number, reviewId: string, hidden: boolean): Promise<ReviewDto> {
    const find = async () => found(await this.select(bookId, reviewId).getOne(), `Review ${reviewId}`);
    const { id } = await find();
    await this.reviews.update(id, { hidden });
    return this.toDto(await find());
  }

  /** Compares ids as bigint, so that one too large for the column is simply not found. */
  private select(bookId: number, id?: string) {
    const rows = this.reviews
      .createQueryBuilder('review')
      .where('review.bookId = CAST(:bookId AS bigint)', { bookId });
    return id === undefined ? rows : rows.andWhere('review.id = :id', { id });
  }

  private async toDto(review: BookReview): Promise<ReviewDto> {
    const [dto] = await this.toDtos([review]);
    return dto!;
  }

  /** Reads only the names from the table `users`. */
  private async toDtos(reviews: BookReview[]): Promise<ReviewDto[]> {
    const users = await this.reviews.query<{ id: string; username: string }[]>(
      'SELECT id, username FROM users WHERE id = ANY($1)',
      [reviews.map(({ userId }) => userId)],
    );
    const usernames = new Map(users.map(({ id, username }) => [id, username]));
    return reviews.map((review) => ({ ...review, username: usernames.get(review.userId) ?? '' }));
  }
}
