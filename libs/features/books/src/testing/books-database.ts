import { Environment } from '@gatehouse/config';
import { createDataSource, migrate } from '@gatehouse/database';
import { CursorCodec, Listings } from '@gatehouse/listing';
import { declarationsOf } from '@gatehouse/modules';
import { createTestDatabase } from '@gatehouse/testing';
import pg from 'pg';
import { Column, type DataSource, Entity, PrimaryColumn } from 'typeorm';
import { Book } from '../book.entity.js';
import { BooksService } from '../books.service.js';
import { BookReview } from '../reviews/book-review.entity.js';
import { ReviewsService } from '../reviews/reviews.service.js';
import { BooksModule } from '../books.module.js';

/** The part of the users table to which the tables of books refer. */
@Entity('users')
class UserRow {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text')
  username: string;
}

export interface BooksDatabase {
  dataSource: DataSource;
  books: BooksService;
  reviews: ReviewsService;
  close(): Promise<void>;
}

/**
 * A separate database for one spec file.
 * @param locale options of `CREATE DATABASE`, e.g. `LC_CTYPE 'C'`
 */
export async function openBooksDatabase(locale?: string): Promise<BooksDatabase> {
  const database = await createTestDatabase();
  if (locale) await createAnew(database.url, locale);
  const dataSource = await createDataSource({
    url: database.url,
    entities: [UserRow, Book, BookReview],
  }).initialize();
  await migrateBooks(database.url);
  const listings = new Listings(new CursorCodec(new Environment()));
  const books = new BooksService(dataSource.getRepository(Book), listings);
  return {
    dataSource,
    books,
    reviews: new ReviewsService(books, dataSource.getRepository(BookReview), listings),
    close: async () => {
      await dataSource.destroy();
      await database.drop();
    },
  };
}

/** Creates the tables of books in an empty database, and the parts of others to which they refer. */
export async function migrateBooks(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('CREATE TABLE users (id uuid PRIMARY KEY, username text NOT NULL)');
  await client.end();
  await migrate({ url, migrations: [...(declarationsOf([BooksModule])[0]!.migrations ?? [])] });
}

async function createAnew(url: string, locale: string): Promise<void> {
  const server = new URL(url);
  const name = server.pathname.slice(1);
  server.pathname = '/postgres';
  const client = new pg.Client({ connectionString: server.href });
  await client.connect();
  await client.query(`DROP DATABASE ${name}`);
  await client.query(`CREATE DATABASE ${name} TEMPLATE template0 ${locale}`);
  await client.end();
}
