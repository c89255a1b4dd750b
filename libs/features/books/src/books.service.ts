import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { onDuplicate } from '@gatehouse/database';
import { ConflictProblem, found, type Precondition } from '@gatehouse/http';
import { CursorPageOf, Listings, ListRequest, PageOf } from '@gatehouse/listing';
import { applyFilters, BookFilters } from './book.filters.js';
import { listingOfAll, listingOfFound } from './book.sorts.js';
import { BookChanges, BooksRepository } from './books.repository.js';
import type { BookDto } from './dto/book.dto.js';
import type { CreateBookDto } from './dto/create-book.dto.js';
import type { ReplaceBookDto } from './dto/replace-book.dto.js';

const refuseDuplicate = onDuplicate({
  books_isbn_key: () => new ConflictProblem('Book with this ISBN already exists'),
});

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
    return found(await this.books.find(id), `Book ${id}`);
  }

  create(fields: CreateBookDto): Promise<BookDto> {
    return this.books.insert(fields).catch(refuseDuplicate);
  }

  replace(id: number, fields: ReplaceBookDto, ifMatch?: Precondition): Promise<BookDto> {
    return this.update(id, fields, ifMatch);
  }

  /** Nothing to change changes nothing, not even the version. */
  update(id: number, changes: BookChanges, ifMatch?: Precondition): Promise<BookDto> {
    return this.books.transact(async (manager) => {
      const book = await this.lock(id, ifMatch, manager);
      const isChanged = Object.values(changes).some((value) => value !== undefined);
      return isChanged ? this.books.update(id, changes, manager).catch(refuseDuplicate) : book;
    });
  }

  remove(id: number, ifMatch?: Precondition): Promise<void> {
    return this.books.transact(async (manager) => {
      await this.lock(id, ifMatch, manager);
      await this.books.delete(id, manager);
    });
  }

  private async lock(
    id: number,
    ifMatch: Precondition | undefined,
    manager: EntityManager,
  ): Promise<BookDto> {
    const book = found(await this.books.lock(id, manager), `Book ${id}`);
    await ifMatch?.require(() => book);
    return book;
  }
}
