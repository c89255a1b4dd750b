/** Limits that protect the server from uploads. */
export const importLimits = {
  /** Maximum characters per record. A book with all fields at their limits, including JSON escapes, has fewer. */
  recordLength: 65_536,
  /** Maximum bytes of an upload after decompression: it fills a temporary table on the database's disk. */
  bytes: 2 ** 31,
  /** Maximum expansion factor of a gzip upload, checked after `bytesBeforeExpansion`. */
  expansion: 100,
  bytesBeforeExpansion: 2 ** 20,
  /** Milliseconds to wait for the next byte, and to stay below the minimum rate. */
  idle: 60_000,
  /** Minimum rate of an upload in bytes per second after decompression. */
  rate: 16_384,
  /** Maximum number of imports per process, each by a different user and on a separate database connection. */
  concurrent: 2,
  /** Maximum number of columns in a header. */
  columns: 100,
  /** Maximum number of consecutive rejections: a file with more is not a list of books. */
  rejections: 10_000,
  /** Number of records per statement. */
  batch: 100,
  /** Maximum number of errors in the response. */
  errors: 1_000,
};
