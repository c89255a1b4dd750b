import { Injectable } from '@nestjs/common';
import { queryPrepared } from '@gatehouse/database';
import { DataSource, SelectQueryBuilder } from 'typeorm';
import { BOOK_COLUMNS, writableColumns } from './book.columns.js';
import { BookEntity } from './book.entity.js';
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
  select(): SelectQueryBuilder<BookEntity> {
    return this.database.createQueryBuilder(BookEntity, 'book');
  }

  /** An id that no integer column can hold is simply not there. */
  async find(id: number): Promise<BookDto | undefined> {
    const [book] = await queryPrepared<BookDto>(this.database, 'find-book', FIND_BOOK, [id]);
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

  /**
   * Changes the fields that are given, if the book's version is one of `versions`, in one atomic statement: of any
   * number of changes to the same version one wins.
   *
   * @param versions `undefined`: any
   * @returns `undefined` when there is no such book in such a version
   */
  async update(
    id: number,
    changes: BookChanges,
    versions: number[] | undefined,
  ): Promise<BookDto | undefined> {
    const given = givenColumns(changes);
    const settings = given.map(({ column }, i) => `${column} = $${i + 3}`);
    const [[book]] = await this.database.query<[BookDto[], number]>(
      `UPDATE books SET ${settings.join(', ')}, version = version + 1, updated_at = now()
       WHERE id = $1::bigint AND ($2::integer[] IS NULL OR version = ANY($2)) RETURNING ${BOOK_COLUMNS}`,
      [id, versions ?? null, ...given.map(({ value }) => value)],
    );
    return book;
  }

  /** @returns whether there was such a book in such a version */
  async delete(id: number, versions: number[] | undefined): Promise<boolean> {
    const [, count] = await this.database.query<[unknown[], number]>(
      'DELETE FROM books WHERE id = $1::bigint AND ($2::integer[] IS NULL OR version = ANY($2))',
      [id, versions ?? null],
    );
    return count > 0;
  }
}

function givenColumns(fields: BookChanges): { column: string; value: unknown }[] {
  return Object.entries(writableColumns)
    .map(([name, column]) => ({ column, value: fields[name as keyof BookChanges] }))
    .filter(({ value }) => value !== undefined);
}
