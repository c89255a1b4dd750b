import { EnumField } from '@gatehouse/validation';
import type { ExportFormat } from './book-export.service.js';
import { exportFormats } from './book-export.service.js';

export class ExportBooksQuery {
  @EnumField(exportFormats, { default: 'ndjson' })
  format: ExportFormat;
}
