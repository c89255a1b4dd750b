import { bookLimits, UpdateBookDto } from '@gatehouse/books';
import { type FieldError, ValidationProblem } from '@gatehouse/http';
import { type InputSource, StringField, ValidationPipe } from '@gatehouse/validation';
import { transferColumns } from './book-columns.js';
import type { Rejection } from './import-record.js';
import type { FieldRecord } from './record-source.js';

const MAX_REASON = 500;

const pipe = new ValidationPipe();

/** A record of an import: any subset of the fields of a book, and its id in the source. */
class ImportBookDto extends UpdateBookDto {
  @StringField({
    min: 1,
    max: bookLimits.sourceId,
    canonical: (text) => text.normalize('NFC'),
    optional: true,
  })
  sourceId?: string;
}

/** A validated record for the database: names and values of the columns present. */
export interface StagedRow {
  line: number;
  fields: Record<string, unknown>;
}

/** Validates a record by the rules of the API's DTO. */
export async function checkRow(
  { line, value }: FieldRecord,
  form: InputSource['form'],
): Promise<StagedRow | Rejection> {
  try {
    return { line, fields: columnsOf(await pipe.read(ImportBookDto, value, { name: 'record', form })) };
  } catch (error) {
    if (!(error instanceof ValidationProblem)) throw error;
    return { line, reason: reasonOf(error.errors!) };
  }
}

function columnsOf(book: ImportBookDto): Record<string, unknown> {
  const columns: Record<string, unknown> = {};
  for (const { field, column } of transferColumns) {
    const value = (book as Record<string, unknown>)[field];
    if (value !== undefined) columns[column] = value;
  }
  return columns;
}

function reasonOf(errors: readonly FieldError[]): string {
  const reason = errors.map(({ message }) => message).join('; ');
  return reason.length > MAX_REASON ? `${reason.slice(0, MAX_REASON)}…` : reason;
}
