import { Readable } from 'node:stream';
import { Body, Controller, Get, Header, Post, Query, Req, StreamableFile } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Endpoint } from '@gatehouse/gate';
import { Public } from '@gatehouse/permissions';
import { minutes } from '@gatehouse/throttle';
import { BookExportService, preferredFormat } from './book-export.service.js';
import { BookImportService } from './book-import.service.js';
import { ExportBooksQuery } from './export-books.query.js';

const IMPORT_EXAMPLES = {
  'text/csv': 'title,author,description,rating\nMiddlemarch,George Eliot,A study of provincial life,4.5\n',
  'application/x-ndjson':
    '{"title":"Middlemarch","author":"George Eliot","description":"A study of provincial life","rating":4.5}\n',
};

@Controller({ path: 'books', version: '1' })
export class BookTransferController {
  constructor(
    private readonly imports: BookImportService,
    private readonly exports: BookExportService,
  ) {}

  @Endpoint({
    summary: 'Import books',
    description:
      'Accepts CSV with a header, or one object per line, of any size, optionally with `Content-Encoding: gzip`. A record ' +
      'updates the book with its `isbn`, else the one with its `sourceId`, else creates a new one. The response streams ' +
      'progress and finally `{imported, updated, rejected, errors}`. When the last line is `{error}` instead, ' +
      'nothing was imported; the same applies when the connection is lost before the upload is complete.',
    permissions: 'books.write',
    throttle: { limit: 10, ttl: minutes(1) },
    input: { body: { stream: ['text/csv', 'application/x-ndjson'], examples: IMPORT_EXAMPLES } },
    produces: ['application/x-ndjson'],
    status: 200,
    errors: [400, 415, 422, 503],
  })
  @Header('cache-control', 'no-store')
  @Post('import')
  async import(@Body() body: Readable, @Req() request: FastifyRequest): Promise<StreamableFile> {
    return new StreamableFile(await this.imports.start(body, request), { type: 'application/x-ndjson' });
  }

  @Endpoint({
    summary: 'Export books',
    description:
      'All books, ordered by id, as CSV or as one object per line, depending on `format` or else `Accept`. The import accepts the result unchanged.',
    permissions: Public,
    throttle: { limit: 10, ttl: minutes(1) },
    produces: ['application/x-ndjson', 'text/csv'],
    headers: ['Content-Disposition'],
  })
  @Header('cache-control', 'no-store')
  @Header('vary', 'Origin, accept-encoding, Accept')
  @Get('export')
  async export(
    @Query() query: ExportBooksQuery,
    @Req() { headers }: FastifyRequest,
  ): Promise<StreamableFile> {
    const format = query.format ?? preferredFormat(headers.accept);
    return new StreamableFile(await this.exports.start(format), {
      type: format === 'csv' ? 'text/csv; charset=utf-8; header=present' : 'application/x-ndjson',
      disposition: `attachment; filename="books.${format}"`,
    });
  }
}
