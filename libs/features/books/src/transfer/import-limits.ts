/** The bounds that keep an upload from hurting anyone. */
export const importLimits = {
  /** Characters of one record. A book at the limits of all its fields, JSON escapes included, has fewer. */
  recordLength: 65_536,
  /** Bytes of an upload, after decompression: it fills a temporary table on the database's disk. */
  bytes: 2 ** 31,
  /** Milliseconds to wait for the next byte. */
  idle: 60_000,
  /** Imports that run in one process, each on a database connection of its own. */
  concurrent: 2,
  /** Records in one statement. */
  batch: 100,
  /** Errors that the answer lists. */
  errors: 1_000,
};
