import { MalformedRequestProblem, ValidationProblem } from '@gatehouse/http';
import type { InputSource } from '@gatehouse/validation';
import { ownFields } from './book-columns.js';
import { CsvMapping } from './csv-mapping.js';
import { CsvReader } from './csv-reader.js';
import { importLimits } from './import-limits.js';
import { ImportRecord, isRejection, NOT_TEXT, Rejection } from './import-record.js';
import { NdjsonReader } from './ndjson-reader.js';

/** A record with its fields by name, not validated yet. */
export type FieldRecord = ImportRecord<Record<string, unknown>>;
export type Records = AsyncGenerator<(FieldRecord | Rejection)[], void>;

/** How records of a media type are read, and whether their values are text or typed. */
export interface RecordFormat {
  form: InputSource['form'];
  read(pieces: AsyncIterable<string>): Records;
}

/** Formats of an import by media type. Their first step throws the problem of the upload as a whole, if any. */
export const recordFormats: Readonly<Record<string, RecordFormat>> = {
  'text/csv': { form: 'text', read: readCsv },
  'application/x-ndjson': { form: 'json', read: readNdjson },
};

async function* readCsv(pieces: AsyncIterable<string>): Records {
  const reader = new CsvReader(importLimits.recordLength);
  let mapping: CsvMapping | undefined;
  for await (const piece of withEnd(pieces)) {
    const rows = piece === undefined ? reader.end() : reader.read(piece);
    if (!mapping && rows.length > 0) mapping = mappingOf(rows.shift()!);
    if (mapping)
      yield rows.flatMap((row) => (isRejection(row) ? row : isBlank(row) ? [] : toFields(row, mapping!)));
  }
  if (!mapping) throw emptyBody();
}

async function* readNdjson(pieces: AsyncIterable<string>): Records {
  const reader = new NdjsonReader(importLimits.recordLength);
  let isEmpty = true;
  for await (const piece of withEnd(pieces)) {
    const records = piece === undefined ? reader.end() : reader.read(piece);
    isEmpty &&= records.length === 0;
    if (isEmpty) continue;
    for (const record of records) {
      if (!isRejection(record)) for (const name of ownFields) delete record.value[name];
    }
    yield records;
  }
  if (isEmpty) throw emptyBody();
}

function mappingOf(header: ImportRecord<string[]> | Rejection): CsvMapping {
  if (!isRejection(header)) return new CsvMapping(header.value);
  if (header.reason === NOT_TEXT) throw new MalformedRequestProblem('The header is not valid UTF-8');
  throw new MalformedRequestProblem(`The header cannot be read: ${header.reason}`);
}

/** Blank rows, as written by spreadsheets for rows that once had text. */
function isBlank({ value }: ImportRecord<string[]>): boolean {
  return value.every((cell) => cell.trim() === '');
}

function toFields({ line, value }: ImportRecord<string[]>, mapping: CsvMapping): FieldRecord | Rejection {
  if (mapping.fits(value)) return { line, value: mapping.toFields(value) };
  return { line, reason: `The row has ${value.length} cells, the header has ${mapping.width}` };
}

async function* withEnd(pieces: AsyncIterable<string>): AsyncGenerator<string | undefined> {
  yield* pieces;
  yield undefined;
}

function emptyBody(): ValidationProblem {
  return new ValidationProblem([{ path: 'body', code: 'required', message: 'The body is empty' }]);
}
