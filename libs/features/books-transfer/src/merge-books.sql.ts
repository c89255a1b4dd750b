import { advisoryLock } from '@gatehouse/database';
import { transferColumns } from './book-columns.js';

const columns = transferColumns.map(({ column }) => column);
const changed = columns.filter((column) => column !== 'source_id').join();

/** Temporary objects of an import's session: the rows, and those that contradict each other. */
export const CREATE_STAGE = `
  CREATE TEMP TABLE import_rows (line bigint PRIMARY KEY, fields jsonb NOT NULL);
  CREATE TEMP TABLE import_rejections (line bigint NOT NULL, reason text NOT NULL);
`;

export const STAGE_ROWS = `
  INSERT INTO import_rows SELECT line, fields FROM jsonb_to_recordset($1::jsonb) AS (line bigint, fields jsonb)
`;

/**
 * Writes the staged rows to \`books\` one after another in the order of the file, so that a later row sees what an
 * earlier one wrote. A row that changes nothing writes nothing and keeps the version.
 */
export const CREATE_MERGE = `
  CREATE FUNCTION pg_temp.merge_books(OUT imported bigint, OUT updated bigint, OUT rejected bigint)
  LANGUAGE plpgsql
  SET enable_seqscan = off -- plans are kept: one made while the table is empty must do when it is full
  AS $$
  DECLARE
    line bigint;
    book jsonb;
    by_isbn integer;
    by_source integer;
  BEGIN
    imported := 0; updated := 0; rejected := 0;
    FOR line, book IN SELECT * FROM import_rows AS rows ORDER BY rows.line LOOP
      by_isbn := (SELECT id FROM books WHERE isbn = book->>'isbn');
      by_source := (SELECT id FROM books WHERE source_id = book->>'source_id');

      IF by_isbn <> by_source THEN
        rejected := rejected + 1;
        INSERT INTO import_rejections VALUES (line, 'isbn belongs to another book than sourceId');

      ELSIF by_isbn IS NOT NULL OR by_source IS NOT NULL THEN
        updated := updated + 1;
        UPDATE books AS known
        SET (${changed}) = (SELECT ${changed} FROM jsonb_populate_record(known, book)),
            version = version + 1,
            updated_at = now()
        WHERE id = coalesce(by_isbn, by_source)
          AND jsonb_populate_record(known, book - 'source_id') IS DISTINCT FROM known;

      ELSIF NOT book ?& '{title,author,rating}' THEN
        rejected := rejected + 1;
        INSERT INTO import_rejections VALUES (line, 'title, author and rating are required for a new book');

      ELSE
        imported := imported + 1;
        INSERT INTO books (${columns.join()})
        SELECT ${columns.join()} FROM jsonb_populate_record(
          NULL::books, jsonb_build_object('description', '', 'source_id', gen_random_uuid()) || book
        );
      END IF;
    END LOOP;
  END $$
`;

/** Serialises the merges of imports; nothing else waits for this lock. */
export const LOCK_IMPORTS = `SELECT pg_advisory_xact_lock(${advisoryLock('books.import')})`;

export const MERGE = 'SELECT * FROM pg_temp.merge_books()';
export const READ_REJECTIONS = 'SELECT line, reason FROM import_rejections ORDER BY line LIMIT $1';
