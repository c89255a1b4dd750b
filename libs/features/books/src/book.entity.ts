import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Index,
  PrimaryGeneratedColumn,
  Unique,
  UpdateDateColumn,
} from 'typeorm';
import { bookChecks } from './book.checks.js';
import { numeric } from './numeric.transformer.js';

/** A book of the catalogue. The database holds every rule of the DTOs again: the import writes past them. */
@Entity('books')
@Unique('books_source_id_key', ['sourceId'])
@Index('books_isbn_key', ['isbn'], { unique: true, where: 'isbn IS NOT NULL' })
@Index('books_title_idx', ['title', 'id'])
@Index('books_author_idx', ['author', 'id'])
@Index('books_rating_idx', ['rating', 'id'])
@Index('books_published_year_idx', ['publishedYear', 'id'])
@Index('books_published_year_desc_idx', { synchronize: false })
@Index('books_created_at_idx', ['createdAt', 'id'])
@Index('books_search_idx', { synchronize: false })
@Index('books_authors_idx', { synchronize: false })
@Index('books_category_idx', { synchronize: false })
@Index('books_language_idx', { synchronize: false })
@Check('books_title_check', bookChecks.title)
@Check('books_author_check', bookChecks.author)
@Check('books_description_check', bookChecks.description)
@Check('books_rating_check', bookChecks.rating)
@Check('books_category_check', bookChecks.category)
@Check('books_isbn_check', bookChecks.isbn)
@Check('books_language_check', bookChecks.language)
@Check('books_published_year_check', bookChecks.publishedYear)
@Check('books_cover_url_check', bookChecks.coverUrl)
@Check('books_source_id_check', bookChecks.sourceId)
@Check('books_version_check', bookChecks.version)
export class Book {
  @PrimaryGeneratedColumn('identity', { generatedIdentity: 'ALWAYS' })
  id: number;

  @Column('text')
  title: string;

  /** One author, or several separated by `, `. */
  @Column('text')
  author: string;

  @Column('text')
  description: string;

  /** 0 to 5, one decimal. */
  @Column('numeric', { precision: 2, scale: 1, transformer: numeric })
  rating: number;

  @Column('text', { nullable: true })
  category: string | null;

  /** 10 or 13 characters without separators; an ISBN-10 may end in `X`. */
  @Column('text', { nullable: true })
  isbn: string | null;

  /** As the source gives it: ISO 639-2 (`eng`) or BCP 47 (`en-US`). */
  @Column('text', { nullable: true })
  language: string | null;

  /** Years before Christ are negative. */
  @Column('integer', { nullable: true })
  publishedYear: number | null;

  @Column('text', { nullable: true })
  coverUrl: string | null;

  /** Who the book is to an import that is run again: the id in its source, else a random one. Never in the API. */
  @Column('text', { default: () => '(gen_random_uuid())', select: false })
  sourceId: string;

  /** Filled by the trigger `books_search` from title and author. */
  @Column({ type: 'tsvector', select: false, insert: false, update: false })
  search: string;

  /** One more at each change. */
  @Column('integer', { default: 1 })
  version: number;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt: Date;
}
