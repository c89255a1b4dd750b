import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateBooks1790000100001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(CREATE_TABLE);
    await queryRunner.query(CREATE_SEARCH);
    await queryRunner.query(CREATE_INDEXES);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TABLE books;
      DROP FUNCTION books_search();
      DROP FUNCTION search_words(text);
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
 * Words are kept without accents and twice where punctuation is inside: "J.K. O'Brien" is found by `jk`, `j.k.`,
 * `obrien` and `brien`. Punctuation is spelt out, since what the regular expression classes hold depends on the
 * server's locale. A trigger and not a generated column: TypeORM needs a table of its own to compare the latter.
 */
export const CREATE_SEARCH = String.raw`
  CREATE FUNCTION search_words(value text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
  DECLARE
    punctuation CONSTANT text := '[!-/:-@\u005b-\u0060{-~\u00a1-\u00bf\u2010-\u2027\u2030-\u205e\u3001-\u303f]+';
    plain text := regexp_replace(normalize(value, NFKD), '[\u0300-\u036f]', '', 'g');
  BEGIN
    RETURN regexp_replace(plain, punctuation, ' ', 'g') || ' ' || regexp_replace(plain, punctuation, '', 'g');
  END $$;

  CREATE FUNCTION books_search() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    NEW.search := setweight(to_tsvector('simple', search_words(NEW.title)), 'A')
               || setweight(to_tsvector('simple', search_words(NEW.author)), 'B');
    RETURN NEW;
  END $$;

  CREATE TRIGGER books_search BEFORE INSERT OR UPDATE OF title, author ON books
    FOR EACH ROW EXECUTE FUNCTION books_search();
`;

/** One for each filter and sort of the listings; `id` is every sort's last column, and unknown years come last. */
const CREATE_INDEXES = `
  CREATE UNIQUE INDEX books_isbn_key ON books (isbn) WHERE isbn IS NOT NULL;
  CREATE INDEX books_title_idx ON books (title, id);
  CREATE INDEX books_author_idx ON books (author, id);
  CREATE INDEX books_rating_idx ON books (rating, id);
  CREATE INDEX books_published_year_idx ON books (published_year, id);
  CREATE INDEX books_published_year_desc_idx ON books (published_year DESC NULLS LAST, id DESC);
  CREATE INDEX books_created_at_idx ON books (created_at, id);
  CREATE INDEX books_search_idx ON books USING gin (search);
  CREATE INDEX books_authors_idx ON books USING gin (string_to_array(lower(author), ', '));
  CREATE INDEX books_category_idx ON books (lower(category), id);
  CREATE INDEX books_language_idx ON books (lower(language), id);
`;
