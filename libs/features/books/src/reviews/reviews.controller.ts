import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import { Endpoint, OneOf } from '@gatehouse/gate';
import { Caller, type Principal } from '@gatehouse/http';
import { CursorPage, Page } from '@gatehouse/listing';
import { hasRole, Public } from '@gatehouse/permissions';
import { minutes } from '@gatehouse/throttle';
import { BookParams } from '../book.dto.js';
import { moderatorRoles } from './moderators.js';
import {
  CreateReviewDto,
  ListReviewsQuery,
  ModerateReviewDto,
  ReviewDto,
  ReviewParams,
} from './review.dto.js';
import { ReviewsService } from './reviews.service.js';

@Controller({ path: 'books/:id/reviews', version: '1' })
export class ReviewsController {
  constructor(private readonly reviews: ReviewsService) {}

  @Endpoint({
    summary: 'List the reviews of a book',
    permissions: Public,
    response: OneOf(Page(ReviewDto), CursorPage(ReviewDto)),
    errors: [404],
  })
  @Get()
  list(@Param() { id }: BookParams, @Query() query: ListReviewsQuery) {
    return this.reviews.list(id, query);
  }

  @Endpoint({
    summary: 'Review a book',
    description: 'At most one per user and book.',
    throttle: { limit: 30, ttl: minutes(1) },
    response: ReviewDto,
    errors: [404, 409],
  })
  @Post()
  create(@Param() { id }: BookParams, @Body() fields: CreateReviewDto, @Caller() caller: Principal) {
    return this.reviews.create(id, fields, caller);
  }

  @Endpoint({ summary: 'Get a review', permissions: Public, response: ReviewDto, errors: [404] })
  @Get(':reviewId')
  get(@Param() { id, reviewId }: ReviewParams, @Caller() caller: Principal | undefined) {
    return this.reviews.get(id, reviewId, caller);
  }

  @Endpoint({
    summary: 'Hide a review from the public list, or show it again',
    description: 'Hides the review when there is no body.',
    permissions: hasRole(...moderatorRoles),
    input: { body: { optional: true } },
    response: ReviewDto,
    status: 200,
    errors: [404],
  })
  @ApiBody({ type: ModerateReviewDto, required: false })
  @Post(':reviewId/moderate')
  moderate(@Param() { id, reviewId }: ReviewParams, @Body() { hidden }: ModerateReviewDto) {
    return this.reviews.moderate(id, reviewId, hidden);
  }
}
