import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Index,
  PrimaryGeneratedColumn,
  Unique,
  UpdateDateColumn,
  VersionColumn,
} from 'typeorm';

/** Limits of a book's fields, for DTOs, CHECK constraints and the import. Lengths are in code points. */
export const bookLimits = {
  title: 200,
  author: 200,
  description: 4000,
  rating: 5,
  category: 100,
  /** A BCP 47 tag rarely has more than 11 characters; RFC 5646, section 4.4.1, recommends room for 35. */
  language: 35,
  coverUrl: 2000,
  sourceId: 200,
  firstYear: -9999,
  lastYear: 9999,
} as const;

const limits = bookLimits;

/** The driver returns text, since not every numeric value fits a double. */
const numeric = { to: (value: number) => value, from: Number };

/** A book of the catalogue. The database repeats every rule of the DTOs, since the import bypasses them. */
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
@Check('books_title_check', `title = btrim(title) AND char_length(title) BETWEEN 1 AND ${limits.title}`)
@Check('books_author_check', `author = btrim(author) AND char_length(author) BETWEEN 1 AND ${limits.author}`)
@Check('books_description_check', `char_length(description) <= ${limits.description}`)
@Check('books_rating_check', `rating BETWEEN 0 AND ${limits.rating}`)
@Check(
  'books_category_check',
  `category = btrim(category) AND char_length(category) BETWEEN 1 AND ${limits.category}`,
)
@Check('books_isbn_check', `isbn ~ '^([0-9]{9}[0-9X]|[0-9]{13})$'`)
@Check(
  'books_language_check',
  `language = btrim(language) AND char_length(language) BETWEEN 1 AND ${limits.language}`,
)
@Check('books_published_year_check', `published_year BETWEEN ${limits.firstYear} AND ${limits.lastYear}`)
@Check('books_cover_url_check', `cover_url ~* '^https?://' AND char_length(cover_url) <= ${limits.coverUrl}`)
@Check('books_source_id_check', `char_length(source_id) BETWEEN 1 AND ${limits.sourceId}`)
@Check('books_version_check', 'version >= 1')
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
  category: string | null = null;

  /** 10 or 13 characters without separators; an ISBN-10 may end in `X`. */
  @Column('text', { nullable: true })
  isbn: string | null = null;

  /** As in the source: ISO 639-2 (`eng`) or BCP 47 (`en-US`). */
  @Column('text', { nullable: true })
  language: string | null = null;

  /** Years BC are negative. */
  @Column('integer', { nullable: true })
  publishedYear: number | null = null;

  @Column('text', { nullable: true })
  coverUrl: string | null = null;

  /**
   * Stable key by which a repeated import recognises the book: its id in the source, else a random one. Not in the
   * API.
   */
  @Column('text', { default: () => '(gen_random_uuid())', select: false })
  sourceId: string;

  /** Set from title and author by the trigger `books_search`. */
  @Column({ type: 'tsvector', select: false, insert: false, update: false })
  search: string;

  /** Incremented by each change. */
  @VersionColumn({ default: 1 })
  version: number;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt: Date;
}
