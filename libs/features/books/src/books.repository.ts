import { Injectable } from '@nestjs/common';
import { DataSource, EntityManager, SelectQueryBuilder } from 'typeorm';
import { BOOK_COLUMNS, writableColumns } from './book.columns.js';
import { Book } from './book.entity.js';
import type { BookDto } from './dto/book.dto.js';
import type { CreateBookDto } from './dto/create-book.dto.js';

export const FIND_BOOK = `SELECT ${BOOK_COLUMNS} FROM books WHERE id = $1::bigint`;

export type BookChanges = Partial<CreateBookDto>;

/**
 * The statements on the table `books`. Each is one round trip. They are plain SQL where a single book is read or
 * written: building a statement with TypeORM and making entities of its rows takes longer than PostgreSQL needs.
 */
@Injectable()
export class BooksRepository {
  constructor(private readonly database: DataSource) {}

  /** For listings; the alias is `book`. */
  select(): SelectQueryBuilder<Book> {
    return this.database.createQueryBuilder(Book, 'book');
  }

  /** An id that no integer column can hold is simply not there. */
  async find(id: number): Promise<BookDto | undefined> {
    const [book] = await this.database.query<BookDto[]>(FIND_BOOK, [id]);
    return book;
  }

  /** @throws QueryFailedError for a unique ISBN that is taken */
  async insert(fields: CreateBookDto): Promise<BookDto> {
    const given = givenColumns(fields);
    const names = given.map(({ column }) => column).join(', ');
    const places = given.map((_, i) => `$${i + 1}`).join(', ');
    const [book] = await this.database.query<[BookDto]>(
      `INSERT INTO books (${names}) VALUES (${places}) RETURNING ${BOOK_COLUMNS}`,
      given.map(({ value }) => value),
    );
    return book;
  }

  transact<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  /** Keeps a book as it is until the transaction ends. */
  async lock(id: number, manager: EntityManager): Promise<BookDto | undefined> {
    const [book] = await manager.query<BookDto[]>(`${FIND_BOOK} FOR UPDATE`, [id]);
    return book;
  }

  /** Changes the fields that are given, of which there is one at least, of a book that is locked. */
  async update(id: number, changes: BookChanges, manager: EntityManager): Promise<BookDto> {
    const given = givenColumns(changes);
    const settings = given.map(({ column }, i) => `${column} = $${i + 2}`);
    const [[book]] = await manager.query<[[BookDto], number]>(
      `UPDATE books SET ${settings.join(', ')}, version = version + 1, updated_at = now()
       WHERE id = $1::bigint RETURNING ${BOOK_COLUMNS}`,
      [id, ...given.map(({ value }) => value)],
    );
    return book;
  }

  async delete(id: number, manager: EntityManager): Promise<void> {
    await manager.query('DELETE FROM books WHERE id = $1::bigint', [id]);
  }
}

function givenColumns(fields: BookChanges): { column: string; value: unknown }[] {
  return Object.entries(writableColumns)
    .map(([name, column]) => ({ column, value: fields[name as keyof BookChanges] }))
    .filter(({ value }) => value !== undefined);
}
