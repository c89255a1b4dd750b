import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { Endpoint, IfMatch, OneOf } from '@gatehouse/gate';
import { Caller, type Precondition, type Principal } from '@gatehouse/http';
import { CursorPage, Page } from '@gatehouse/listing';
import { CategoryParams, EventParams, EventSessionParams, EVENTS } from '../ticketing.dto.js';
import { ACCESS, MANAGE_EVENTS } from '../organisers/authority.js';
import {
  CreateCategoryDto,
  ListCategoriesQuery,
  TicketCategoryDto,
  UpdateCategoryDto,
} from './category.dto.js';
import { TicketCategoriesService } from './ticket-categories.service.js';

const WRITE = { permissions: MANAGE_EVENTS, invalidates: [EVENTS], errors: [400, 403, 404] };
const LIST = {
  permissions: ACCESS,
  response: OneOf(Page(TicketCategoryDto), CursorPage(TicketCategoryDto)),
  errors: [404],
};

@Controller({ path: 'ticketing', version: '1' })
export class TicketCategoriesController {
  constructor(private readonly categories: TicketCategoriesService) {}

  @Endpoint({ ...LIST, summary: 'List the categories of an event' })
  @Get('events/:id/categories')
  listOfEvent(
    @Param() { id }: EventParams,
    @Query() query: ListCategoriesQuery,
    @Caller() caller: Principal,
  ) {
    return this.categories.listOfEvent(id, query, caller);
  }

  @Endpoint({ ...LIST, summary: 'List the categories that are sold for a session' })
  @Get('sessions/:id/categories')
  listOfSession(
    @Param() { id }: EventSessionParams,
    @Query() query: ListCategoriesQuery,
    @Caller() caller: Principal,
  ) {
    return this.categories.listOfSession(id, query, caller);
  }

  @Endpoint({ summary: 'Get a category', permissions: ACCESS, response: TicketCategoryDto, errors: [404] })
  @Get('categories/:id')
  get(@Param() { id }: CategoryParams) {
    return this.categories.get(id);
  }

  @Endpoint({ ...WRITE, summary: 'Create a category of an event', response: TicketCategoryDto })
  @Post('categories')
  create(@Body() category: CreateCategoryDto, @Caller() caller: Principal) {
    return this.categories.create(category, caller);
  }

  @Endpoint({
    ...WRITE,
    summary: 'Change a category',
    description: 'Sold tickets keep their price.',
    response: TicketCategoryDto,
  })
  @Patch('categories/:id')
  update(
    @Param() { id }: CategoryParams,
    @Body() changes: UpdateCategoryDto,
    @Caller() caller: Principal,
    @IfMatch(TicketCategoryDto) ifMatch: Precondition,
  ) {
    return this.categories.update(id, changes, caller, ifMatch);
  }

  @Endpoint({ ...WRITE, summary: 'Delete a category without tickets', status: 204 })
  @Delete('categories/:id')
  remove(
    @Param() { id }: CategoryParams,
    @Caller() caller: Principal,
    @IfMatch(TicketCategoryDto) ifMatch: Precondition,
  ) {
    return this.categories.remove(id, caller, ifMatch);
  }
}
