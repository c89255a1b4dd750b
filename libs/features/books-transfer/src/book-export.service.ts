import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { BOOK_COLUMNS } from '@gatehouse/books';
import { ownFields, transferColumns } from './book-columns.js';
import { csvLine } from './csv-writer.js';

export const exportFormats = ['ndjson', 'csv'] as const;
export type ExportFormat = (typeof exportFormats)[number];

const BATCH = 100;
/** Characters of a piece that is written at once: what a client that does not read makes the process hold. */
const PIECE = 16_384;

/** The format that an `Accept` header prefers (RFC 9110, section 12.5.1): NDJSON when it likes both or neither. */
export function preferredFormat(accept = ''): ExportFormat {
  return quality(accept, 'text/csv') > quality(accept, 'application/x-ndjson') ? 'csv' : 'ndjson';
}

function quality(accept: string, type: string): number {
  const ranges = [type, `${type.split('/')[0]}/*`, '*/*'];
  const asked = accept.split(',').map((range) => range.split(';').map((part) => part.trim().toLowerCase()));
  for (const name of ranges) {
    const range = asked.find(([asked]) => asked === name);
    if (range) return Number(range.find((part) => part.startsWith('q='))?.slice(2) ?? 1) || 0;
  }
  return 0;
}

type Row = Record<string, string | number | Date | null>;

const [ID, ...HISTORY] = ownFields;
const FIELDS = [ID, ...Object.keys(transferColumns), ...HISTORY];

const READ_BATCH = `
  SELECT ${BOOK_COLUMNS}, source_id AS "sourceId" FROM books WHERE id > $1 ORDER BY id LIMIT ${BATCH}
`;

/** Writes out all books, in the order of their ids, in a form that the import takes. */
@Injectable()
export class BookExportService {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Reads a small batch at a time, as fast as the client takes them, and holds neither a connection nor a snapshot in
   * between. A book that is there all the while comes exactly once; one that is written meanwhile comes as it was
   * before or after.
   */
  async start(format: ExportFormat): Promise<Readable> {
    // Before the answer begins, so that a database that is away is a 503.
    const first = await this.read(0);
    return Readable.from(this.pieces(format, first), { objectMode: false, highWaterMark: PIECE });
  }

  private async *pieces(format: ExportFormat, first: Row[]): AsyncGenerator<string> {
    let piece = format === 'csv' ? csvLine(FIELDS) : '';
    for await (const row of this.rows(first)) {
      piece += format === 'csv' ? csvLine(FIELDS.map((name) => row[name]!)) : `${JSON.stringify(row)}\n`;
      if (piece.length < PIECE) continue;
      yield piece;
      piece = '';
    }
    yield piece;
  }

  private async *rows(first: Row[]): AsyncGenerator<Row> {
    for (let rows = first; rows.length > 0; rows = await this.read(Number(rows.at(-1)!['id']))) {
      yield* rows;
      if (rows.length < BATCH) return;
    }
  }

  private async read(after: number): Promise<Row[]> {
    return this.dataSource.query(READ_BATCH, [after]);
  }
}
