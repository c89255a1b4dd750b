import { Injectable } from '@nestjs/common';
import { foreignKeyViolation, uniqueViolation } from '@gatehouse/database';
import {
  ConflictProblem,
  found,
  NotFoundProblem,
  type Principal,
  UnauthenticatedProblem,
} from '@gatehouse/http';
import { CursorPageOf, Listings, ListRequest, PageOf } from '@gatehouse/listing';
import { reviewsListing } from './dto/list-reviews.query.js';
import { BooksService } from '../books.service.js';
import type { CreateReviewDto } from './dto/create-review.dto.js';
import type { ReviewDto } from './dto/review.dto.js';
import { isModerator } from './moderators.js';
import { ReviewsRepository } from './reviews.repository.js';

@Injectable()
export class ReviewsService {
  constructor(
    private readonly books: BooksService,
    private readonly reviews: ReviewsRepository,
    private readonly listings: Listings,
  ) {}

  async list(
    bookId: number,
    query: ListRequest & { rating?: number },
  ): Promise<PageOf<ReviewDto> | CursorPageOf<ReviewDto>> {
    await this.books.get(bookId);
    const rows = this.reviews.selectVisible(bookId);
    if (query.rating !== undefined) rows.andWhere('review.rating = :rating', { rating: query.rating });
    const page = await this.listings.list(rows, query, reviewsListing);
    const usernames = await this.reviews.usernames(page.items.map(({ userId }) => userId));
    return {
      ...page,
      items: page.items.map((review) => ({ ...review, username: usernames.get(review.userId) ?? '' })),
    };
  }

  /** A hidden review is there for moderators and for who wrote it. */
  async get(bookId: number, reviewId: string, caller: Principal | undefined): Promise<ReviewDto> {
    const review = await this.reviews.find(bookId, reviewId);
    const isVisible = review && (!review.hidden || review.userId === caller?.id || isModerator(caller));
    return found(isVisible ? review : undefined, `Review ${reviewId}`);
  }

  async create(bookId: number, fields: CreateReviewDto, caller: Principal): Promise<ReviewDto> {
    await this.books.get(bookId);
    return this.reviews.insert(bookId, caller.id, fields).catch((error: unknown) => {
      if (uniqueViolation(error))
        throw new ConflictProblem('Review of this book by this user already exists');
      const gone = foreignKeyViolation(error);
      if (gone === 'book_reviews_book_id_fkey') throw new NotFoundProblem(`Book ${bookId} not found`);
      if (gone === 'book_reviews_user_id_fkey') throw new UnauthenticatedProblem('User not found');
      throw error;
    });
  }

  async moderate(bookId: number, reviewId: string, hidden: boolean): Promise<ReviewDto> {
    return found(await this.reviews.setHidden(bookId, reviewId, hidden), `Review ${reviewId}`);
  }
}
