import { EnumField } from '@gatehouse/validation';
import type { ExportFormat } from './book-export.service.js';
import { exportFormats } from './book-export.service.js';

export class ExportBooksQuery {
  @EnumField(exportFormats, {
    optional: true,
    description: 'Default: what `Accept` prefers, else `ndjson`.',
    example: 'csv',
  })
  format?: ExportFormat;
}
