import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { Book } from '@gatehouse/books';
import { ownFields, transferColumns } from './book-columns.js';
import { csvLine } from './csv-writer.js';

export const exportFormats = ['ndjson', 'csv'] as const;
export type ExportFormat = (typeof exportFormats)[number];

const BATCH = 100;
/** Characters per chunk, which bounds the memory held for a client that does not read. */
const PIECE = 16_384;

/** Returns the format that an `Accept` header prefers (RFC 9110, section 12.5.1); NDJSON in case of a tie. */
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

type Row = Book & Record<string, string | number | Date | null>;

const [ID, ...HISTORY] = ownFields;
const FIELDS = [ID, ...transferColumns.map(({ field }) => field), ...HISTORY];

/** Exports all books, ordered by id, in a form that the import accepts. */
@Injectable()
export class BookExportService {
  constructor(@InjectRepository(Book) private readonly books: Repository<Book>) {}

  /**
   * Reads small batches at the pace of the client, and holds neither a connection nor a snapshot in between. A book
   * that exists throughout is exported exactly once; one that is changed meanwhile appears as it was before or after.
   */
  async start(format: ExportFormat): Promise<Readable> {
    // Before the response starts, so that an unavailable database is a 503.
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
    for (let rows = first; rows.length > 0; rows = await this.read(rows.at(-1)!.id)) {
      yield* rows;
      if (rows.length < BATCH) return;
    }
  }

  private read(after: number): Promise<Row[]> {
    return this.books
      .createQueryBuilder('book')
      .addSelect('book.sourceId')
      .where('book.id > :after', { after })
      .orderBy('book.id')
      .limit(BATCH)
      .getMany() as Promise<Row[]>;
  }
}
