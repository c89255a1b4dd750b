import type { FieldError } from '@gatehouse/http';
import { InputForm, validate } from '@gatehouse/validation';
import { transferColumns } from './book-columns.js';
import { ImportBookDto } from './import-book.dto.js';
import type { Rejection } from './import-record.js';
import type { FieldRecord } from './record-source.js';

const MAX_REASON = 500;

const fieldNames = Object.keys(transferColumns);

/** A validated record as the database takes it: column names and values, of what the record has. */
export interface StagedRow {
  line: number;
  fields: Record<string, unknown>;
}

/** Checks a record by the rules of the API's DTO. */
export function checkRow({ line, value }: FieldRecord, form: InputForm): StagedRow | Rejection {
  const errors: FieldError[] = [];
  const book = validate(ImportBookDto, value, form, 'record', errors);
  if (errors.length > 0) return { line, reason: reasonOf(errors) };
  const fields: Record<string, unknown> = {};
  for (const name of fieldNames) {
    const field = (book as Record<string, unknown>)[name];
    if (field !== undefined) fields[transferColumns[name]!] = field;
  }
  return { line, fields };
}

function reasonOf(errors: readonly FieldError[]): string {
  const reason = errors.map(({ message }) => message).join('; ');
  return reason.length > MAX_REASON ? `${reason.slice(0, MAX_REASON)}…` : reason;
}
