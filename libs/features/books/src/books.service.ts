import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { onDuplicate } from '@gatehouse/database';
import { ConflictProblem, found, type Precondition } from '@gatehouse/http';
import { CursorPageOf, Listings, ListRequest, PageOf } from '@gatehouse/listing';
import type { BookDto, CreateBookDto, ReplaceBookDto, UpdateBookDto } from './book.dto.js';
import { Book } from './book.entity.js';
import { applyFilters, BookFilters, listingOfAll, listingOfFound } from './books.listing.js';

const refuseDuplicate = onDuplicate({
  books_isbn_key: () => new ConflictProblem('Book with this ISBN already exists'),
});

@Injectable()
export class BooksService {
  constructor(
    @InjectRepository(Book) private readonly books: Repository<Book>,
    private readonly listings: Listings,
  ) {}

  list(query: ListRequest & BookFilters): Promise<PageOf<BookDto> | CursorPageOf<BookDto>> {
    const rows = this.books.createQueryBuilder('book');
    applyFilters(rows, query);
    return this.listings.list(rows, query, query.q === undefined ? listingOfAll : listingOfFound);
  }

  async get(id: number): Promise<BookDto> {
    return found(await this.select(id).getOne(), `Book ${id}`);
  }

  async create(fields: CreateBookDto): Promise<BookDto> {
    const book = this.books.create(fields);
    await this.books.insert(book).catch(refuseDuplicate);
    return book;
  }

  replace(id: number, fields: ReplaceBookDto, ifMatch?: Precondition): Promise<BookDto> {
    return this.update(id, fields, ifMatch);
  }

  /** An empty change changes nothing, not even the version. */
  update(id: number, changes: UpdateBookDto, ifMatch?: Precondition): Promise<BookDto> {
    return this.books.manager.transaction(async (manager) => {
      const books = manager.getRepository(Book);
      const book = await this.lock(id, ifMatch, books);
      const isChanged = Object.values(changes).some((value) => value !== undefined);
      if (!isChanged) return book;
      await books.update(id, changes).catch(refuseDuplicate);
      return this.select(id, books).getOneOrFail();
    });
  }

  remove(id: number, ifMatch?: Precondition): Promise<void> {
    return this.books.manager.transaction(async (manager) => {
      const books = manager.getRepository(Book);
      await this.lock(id, ifMatch, books);
      await books.delete(id);
    });
  }

  /** Locks a book until the transaction ends. */
  private async lock(
    id: number,
    ifMatch: Precondition | undefined,
    books: Repository<Book>,
  ): Promise<BookDto> {
    const book = found(await this.select(id, books).setLock('pessimistic_write').getOne(), `Book ${id}`);
    await ifMatch?.require(() => book);
    return book;
  }

  /** Compares ids as bigint, so that one too large for the integer column is simply not found. */
  private select(id: number, books = this.books) {
    return books.createQueryBuilder('book').where('book.id = CAST(:id AS bigint)', { id });
  }
}
