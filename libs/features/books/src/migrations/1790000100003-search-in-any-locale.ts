import { CREATE_SEARCHABLE } from '@gatehouse/text';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CREATE_SEARCH } from './1790000100001-create-books.js';

/** What books are found by depends no longer on the locale of the database. Indexes every book anew. */
export class SearchInAnyLocale1790000100003 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(CREATE_SEARCHABLE);
    await queryRunner.query(`
      DROP TRIGGER books_search ON books;
      DROP FUNCTION books_search();
      DROP FUNCTION search_words(text);
    `);
    await queryRunner.query(CREATE_WORDS);
    await queryRunner.query('UPDATE books SET title = title');
    await queryRunner.query(indexesOn('searchable'));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TRIGGER books_search ON books;
      DROP FUNCTION books_search();
      DROP FUNCTION search_vector(text, text), search_query(text, text), search_words(text), search_term(text, text);
    `);
    await queryRunner.query(CREATE_SEARCH);
    await queryRunner.query('UPDATE books SET title = title');
    await queryRunner.query(indexesOn('lower'));
  }
}

function indexesOn(fold: 'lower' | 'searchable'): string {
  return `
    DROP INDEX books_authors_idx, books_category_idx, books_language_idx;
    CREATE INDEX books_authors_idx ON books USING gin (string_to_array(${fold}(author), ', '));
    CREATE INDEX books_category_idx ON books (${fold}(category), id);
    CREATE INDEX books_language_idx ON books (${fold}(language), id);
  `;
}

/**
 * Letters, digits and marks, as ranges for a bracket expression: what the classes of PostgreSQL's regular expressions
 * hold depends on the locale.
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
 * The one definition of words, for what is stored and for what is asked. A word is what stands between blanks, in its
 * parts and without what parts them: "J.K. O'Brien" is found by `jk`, `j.k.`, `obrien` and `brien`. Signs alone between
 * blanks are a word too, which is asked for only when there is no other. Vectors and queries are made of quoted words,
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
