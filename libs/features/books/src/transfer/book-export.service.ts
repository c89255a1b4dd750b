import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { BOOK_COLUMNS } from '../book.columns.js';
import { ownFields, transferColumns } from './book-columns.js';
import { csvLine } from './csv-writer.js';

export const exportFormats = ['ndjson', 'csv'] as const;
export type ExportFormat = (typeof exportFormats)[number];

const BATCH = 1_000;

type Row = Record<string, string | number | Date | null>;

const [ID, ...HISTORY] = ownFields;
const FIELDS = [ID, ...Object.keys(transferColumns), ...HISTORY];

const READ_BATCH = `
  SELECT ${BOOK_COLUMNS}, source_id AS "sourceId" FROM books WHERE id > $1 ORDER BY id LIMIT ${BATCH}
`;

/** Writes out all books, in the order of their ids, in a form that the import takes. */
@Injectable()
export class BookExportService {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * Reads a batch at a time, as fast as the client takes them, and holds neither a connection nor a snapshot in
   * between. A book that is there all the while comes exactly once; one that is written meanwhile comes as it was
   * before or after.
   */
  async start(format: ExportFormat): Promise<Readable> {
    // Before the answer begins, so that a database that is away is a 503.
    const first = await this.read(0);
    return Readable.from(format === 'csv' ? this.csv(first) : this.ndjson(first), { objectMode: false });
  }

  private async *csv(first: Row[]): AsyncGenerator<string> {
    yield csvLine(FIELDS);
    for await (const rows of this.batches(first)) {
      yield rows.map((row) => csvLine(FIELDS.map((name) => row[name]!))).join('');
    }
  }

  private async *ndjson(first: Row[]): AsyncGenerator<string> {
    for await (const rows of this.batches(first))
      yield rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  }

  private async *batches(first: Row[]): AsyncGenerator<Row[]> {
    for (let rows = first; rows.length > 0; rows = await this.read(Number(rows.at(-1)!['id']))) {
      yield rows;
      if (rows.length < BATCH) return;
    }
  }

  private async read(after: number): Promise<Row[]> {
    return this.dataSource.query(READ_BATCH, [after]);
  }
}
