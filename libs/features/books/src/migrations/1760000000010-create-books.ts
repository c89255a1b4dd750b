import { CREATE_SEARCHABLE } from '@gatehouse/text';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateBooks1760000000010 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(CREATE_SEARCHABLE);
    await queryRunner.query(CREATE_TABLE);
    await queryRunner.query(CREATE_WORDS);
    await queryRunner.query(CREATE_INDEXES);
    await queryRunner.query(CREATE_REVIEWS);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TABLE book_reviews, books;
      DROP FUNCTION books_search();
      DROP FUNCTION search_vector(text, text), search_query(text, text), search_words(text), search_term(text, text);
    `);
  }
}

const CREATE_TABLE = `
  CREATE TABLE books (
    id integer GENERATED ALWAYS AS IDENTITY CONSTRAINT books_pkey PRIMARY KEY,
    title text NOT NULL
      CONSTRAINT books_title_check CHECK (title = btrim(title) AND char_length(title) BETWEEN 1 AND 200),
    author text NOT NULL
      CONSTRAINT books_author_check CHECK (author = btrim(author) AND char_length(author) BETWEEN 1 AND 200),
    description text NOT NULL
      CONSTRAINT books_description_check CHECK (char_length(description) <= 4000),
    rating numeric(2, 1) NOT NULL
      CONSTRAINT books_rating_check CHECK (rating BETWEEN 0 AND 5),
    category text
      CONSTRAINT books_category_check CHECK (category = btrim(category) AND char_length(category) BETWEEN 1 AND 100),
    isbn text
      CONSTRAINT books_isbn_check CHECK (isbn ~ '^([0-9]{9}[0-9X]|[0-9]{13})$'),
    language text
      CONSTRAINT books_language_check CHECK (language = btrim(language) AND char_length(language) BETWEEN 1 AND 35),
    published_year integer
      CONSTRAINT books_published_year_check CHECK (published_year BETWEEN -9999 AND 9999),
    cover_url text
      CONSTRAINT books_cover_url_check CHECK (cover_url ~* '^https?://' AND char_length(cover_url) <= 2000),
    source_id text NOT NULL DEFAULT gen_random_uuid()::text CONSTRAINT books_source_id_key UNIQUE
      CONSTRAINT books_source_id_check CHECK (char_length(source_id) BETWEEN 1 AND 200),
    search tsvector NOT NULL,
    version integer NOT NULL DEFAULT 1
      CONSTRAINT books_version_check CHECK (version >= 1),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
  )
`;

/**
 * Letters, digits and marks as ranges of a bracket expression, since PostgreSQL's character classes depend on the
 * locale.
 */
function wordCharacters(): string {
  const isWord = (code: number) => /[\p{L}\p{N}\p{M}]/u.test(String.fromCodePoint(code));
  const escape = (code: number) => `\\U${code.toString(16).padStart(8, '0')}`;
  let ranges = '';
  for (let code = 1, start = 0; code <= 0x110000; code++) {
    const isIn = code <= 0x10ffff && isWord(code);
    if (isIn && start === 0) start = code;
    if (isIn || start === 0) continue;
    ranges += `${escape(start)}-${escape(code - 1)}`;
    start = 0;
  }
  return ranges;
}

/**
 * The single definition of words, for stored texts and queries. A word is the text between blanks, in its parts and
 * without its separators: "J.K. O'Brien" is found by `jk`, `j.k.`, `obrien` and `brien`. Punctuation alone between
 * blanks is a word too, used in a query only when there is no other. Vectors and queries are built from quoted words,
 * since PostgreSQL's own parser depends on the locale.
 */
const CREATE_WORDS = String.raw`
  CREATE FUNCTION search_words(value text, OUT place bigint, OUT parts text[], OUT is_sign boolean)
  RETURNS SETOF record LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT place, CASE WHEN parts = '{}' THEN ARRAY[token] ELSE parts END, parts = '{}'
    FROM string_to_table(searchable(value), ' ') WITH ORDINALITY AS tokens (token, place),
      LATERAL array_remove(regexp_split_to_array(token COLLATE "C", '[^${wordCharacters()}]+'), '') AS parts
    WHERE token <> ''
  $$;

  -- A lexeme may have 2,046 bytes. A backslash in a literal would depend on the session's standard_conforming_strings.
  CREATE FUNCTION search_term(word text, suffix text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT '''' || replace(replace(left(word, 255), chr(92), repeat(chr(92), 2)), '''', '''''') || '''' || suffix
  $$;

  CREATE FUNCTION search_vector(value text, weight text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
  BEGIN
    RETURN (
      SELECT coalesce(string_agg(search_term(word, ':' || place || weight), ' '), '')
      FROM search_words(value), unnest(parts || array_to_string(parts, '')) AS word
    )::tsvector;
  END $$;

  -- With the suffix ':*' a word may be the beginning of a longer one. More words than these only cost.
  CREATE FUNCTION search_query(value text, suffix text) RETURNS tsquery LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
  BEGIN
    RETURN (
      SELECT coalesce(string_agg(format('(%s | %s)', parted, search_term(array_to_string(parts, ''), suffix)), ' & '), '')
      FROM (SELECT *, bool_and(is_sign) OVER () AS has_no_words FROM search_words(value)) AS words,
        LATERAL (SELECT string_agg(search_term(part, suffix), ' & ') AS parted FROM unnest(parts[:8]) AS part) AS found
      WHERE is_sign = has_no_words AND place <= 16
    )::tsquery;
  END $$;

  CREATE FUNCTION books_search() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    NEW.search := search_vector(NEW.title, 'A') || search_vector(NEW.author, 'B');
    RETURN NEW;
  END $$;

  CREATE TRIGGER books_search BEFORE INSERT OR UPDATE OF title, author ON books
    FOR EACH ROW EXECUTE FUNCTION books_search();
`;

/**
 * One for each filter and sort of the listings; `id` is the last column of every sort, and unknown years come last.
 */
const CREATE_INDEXES = `
  CREATE UNIQUE INDEX books_isbn_key ON books (isbn) WHERE isbn IS NOT NULL;
  CREATE INDEX books_title_idx ON books (title, id);
  CREATE INDEX books_author_idx ON books (author, id);
  CREATE INDEX books_rating_idx ON books (rating, id);
  CREATE INDEX books_published_year_idx ON books (published_year, id);
  CREATE INDEX books_published_year_desc_idx ON books (published_year DESC NULLS LAST, id DESC);
  CREATE INDEX books_created_at_idx ON books (created_at, id);
  CREATE INDEX books_search_idx ON books USING gin (search);
  CREATE INDEX books_authors_idx ON books USING gin (string_to_array(searchable(author), ', '));
  CREATE INDEX books_category_idx ON books (searchable(category), id);
  CREATE INDEX books_language_idx ON books (searchable(language), id);
`;

const CREATE_REVIEWS = `
  CREATE TABLE book_reviews (
    id uuid CONSTRAINT book_reviews_pkey PRIMARY KEY,
    book_id integer NOT NULL CONSTRAINT book_reviews_book_id_fkey REFERENCES books ON DELETE CASCADE,
    user_id uuid NOT NULL CONSTRAINT book_reviews_user_id_fkey REFERENCES users ON DELETE CASCADE,
    rating smallint NOT NULL CONSTRAINT book_reviews_rating_check CHECK (rating BETWEEN 1 AND 5),
    text text NOT NULL CONSTRAINT book_reviews_text_check CHECK (char_length(text) <= 2000),
    hidden boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT book_reviews_book_id_user_id_key UNIQUE (book_id, user_id)
  );
  CREATE INDEX book_reviews_user_id_idx ON book_reviews (user_id);
  CREATE INDEX book_reviews_created_at_idx ON book_reviews (book_id, created_at, id) WHERE NOT hidden;
  CREATE INDEX book_reviews_rating_idx ON book_reviews (book_id, rating, id) WHERE NOT hidden;
`;
