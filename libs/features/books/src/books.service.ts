import { Injectable } from '@nestjs/common';
import { uniqueViolation } from '@gatehouse/database';
import {
  ConflictProblem,
  matchedVersions,
  NotFoundProblem,
  PreconditionFailedProblem,
} from '@gatehouse/http';
import { CursorPageOf, Listings, ListRequest, PageOf } from '@gatehouse/listing';
import { applyFilters, BookFilters } from './book.filters.js';
import { listingOfAll, listingOfFound } from './book.sorts.js';
import { BookChanges, BooksRepository } from './books.repository.js';
import type { BookDto } from './dto/book.dto.js';
import type { CreateBookDto } from './dto/create-book.dto.js';
import type { ReplaceBookDto } from './dto/replace-book.dto.js';

@Injectable()
export class BooksService {
  constructor(
    private readonly books: BooksRepository,
    private readonly listings: Listings,
  ) {}

  list(query: ListRequest & BookFilters): Promise<PageOf<BookDto> | CursorPageOf<BookDto>> {
    const rows = this.books.select();
    applyFilters(rows, query);
    return this.listings.list(rows, query, query.q === undefined ? listingOfAll : listingOfFound);
  }

  async get(id: number): Promise<BookDto> {
    const book = await this.books.find(id);
    if (!book) throw notFound(id);
    return book;
  }

  create(fields: CreateBookDto): Promise<BookDto> {
    return this.books.insert(fields).catch(refuseDuplicate);
  }

  replace(id: number, fields: ReplaceBookDto, ifMatch: string | undefined): Promise<BookDto> {
    return this.change(id, fields, ifMatch);
  }

  /** Nothing to change changes nothing, not even the version. */
  async update(id: number, changes: BookChanges, ifMatch: string | undefined): Promise<BookDto> {
    if (Object.values(changes).some((value) => value !== undefined)) return this.change(id, changes, ifMatch);
    const book = await this.get(id);
    if (matchedVersions(ifMatch)?.includes(book.version) === false) throw new PreconditionFailedProblem();
    return book;
  }

  async remove(id: number, ifMatch: string | undefined): Promise<void> {
    const isRemoved = await this.books.delete(id, matchedVersions(ifMatch));
    if (!isRemoved) throw await this.refusal(id);
  }

  private async change(id: number, changes: BookChanges, ifMatch: string | undefined): Promise<BookDto> {
    const book = await this.books.update(id, changes, matchedVersions(ifMatch)).catch(refuseDuplicate);
    if (!book) throw await this.refusal(id);
    return book;
  }

  /** Why there was nothing to change: the book is not there, or not in the version that the client knows. */
  private async refusal(id: number): Promise<NotFoundProblem | PreconditionFailedProblem> {
    return (await this.books.find(id)) ? new PreconditionFailedProblem() : notFound(id);
  }
}

function notFound(id: number): NotFoundProblem {
  return new NotFoundProblem(`Book ${id} not found`);
}

function refuseDuplicate(error: unknown): never {
  if (uniqueViolation(error) === 'books_isbn_key')
    throw new ConflictProblem('Book with this ISBN already exists');
  throw error;
}
