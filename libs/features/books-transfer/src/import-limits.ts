/** The bounds that keep an upload from hurting anyone. */
export const importLimits = {
  /** Characters of one record. A book at the limits of all its fields, JSON escapes included, has fewer. */
  recordLength: 65_536,
  /** Bytes of an upload, after decompression: it fills a temporary table on the database's disk. */
  bytes: 2 ** 31,
  /** How many times its size a gzip upload may expand to, once that is more than `bytesBeforeExpansion`. */
  expansion: 100,
  bytesBeforeExpansion: 2 ** 20,
  /** Milliseconds to wait for the next byte, and to be behind the least rate. */
  idle: 60_000,
  /** Least rate of an upload while it is waited for, in bytes a second after decompression. */
  rate: 16_384,
  /** Imports that run in one process, each of another user and on a database connection of its own. */
  concurrent: 2,
  /** Columns of a header. */
  columns: 100,
  /** Records in a row that are rejected: more are no list of books. */
  rejections: 10_000,
  /** Records in one statement. */
  batch: 100,
  /** Errors that the answer lists. */
  errors: 1_000,
};
