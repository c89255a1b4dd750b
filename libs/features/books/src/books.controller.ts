import { Body, Controller, Delete, Get, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { Endpoint, IfMatch, OneOf } from '@gatehouse/gate';
import type { Precondition } from '@gatehouse/http';
import { CursorPage, Page } from '@gatehouse/listing';
import { Public } from '@gatehouse/permissions';
import { minutes } from '@gatehouse/throttle';
import {
  AuthorParams,
  BookDto,
  BookParams,
  CreateBookDto,
  ListBooksOfAuthorQuery,
  ListBooksQuery,
  ReplaceBookDto,
  UpdateBookDto,
} from './book.dto.js';
import { BooksService } from './books.service.js';

const BOOK_LIST = OneOf(Page(BookDto), CursorPage(BookDto));
const LIST_CACHE = { ttl: minutes(5), shared: true, tags: ['books'] };
const WRITE = { permissions: 'books.write', invalidates: ['books'] };

@Controller({ path: 'books', version: '1' })
export class BooksController {
  constructor(private readonly books: BooksService) {}

  @Endpoint({ summary: 'List books', permissions: Public, cache: LIST_CACHE, response: BOOK_LIST })
  @Get()
  list(@Query() query: ListBooksQuery) {
    return this.books.list(query);
  }

  @Endpoint({
    summary: 'List the books of an author',
    permissions: Public,
    cache: LIST_CACHE,
    response: BOOK_LIST,
  })
  @Get('author/:author')
  listOfAuthor(@Param() { author }: AuthorParams, @Query() query: ListBooksOfAuthorQuery) {
    return this.books.list({ ...query, author });
  }

  @Endpoint({ summary: 'Get a book', permissions: Public, response: BookDto, errors: [404] })
  @Get(':id')
  get(@Param() { id }: BookParams) {
    return this.books.get(id);
  }

  @Endpoint({ ...WRITE, summary: 'Create a book', response: BookDto, errors: [409] })
  @Post()
  create(@Body() fields: CreateBookDto) {
    return this.books.create(fields);
  }

  @Endpoint({
    ...WRITE,
    summary: 'Replace a book',
    description: 'Every field is required.',
    response: BookDto,
    errors: [404, 409],
  })
  @Put(':id')
  replace(
    @Param() { id }: BookParams,
    @Body() fields: ReplaceBookDto,
    @IfMatch(BookDto) ifMatch: Precondition,
  ) {
    return this.books.replace(id, fields, ifMatch);
  }

  @Endpoint({
    ...WRITE,
    summary: 'Change some fields of a book',
    description: 'Changes only the given fields; `null` clears an optional field.',
    response: BookDto,
    errors: [404, 409],
  })
  @Patch(':id')
  update(
    @Param() { id }: BookParams,
    @Body() changes: UpdateBookDto,
    @IfMatch(BookDto) ifMatch: Precondition,
  ) {
    return this.books.update(id, changes, ifMatch);
  }

  @Endpoint({ ...WRITE, summary: 'Delete a book and its reviews', status: 204, errors: [404] })
  @Delete(':id')
  remove(@Param() { id }: BookParams, @IfMatch(BookDto) ifMatch: Precondition) {
    return this.books.remove(id, ifMatch);
  }
}
