import { ImportRecord, NOT_TEXT, Rejection, tooLong } from './import-record.js';

type Line = ImportRecord<Record<string, unknown>>;

/** Splits newline-delimited JSON that arrives in chunks into objects. Blank lines are ignored. */
export class NdjsonReader {
  private rest = '';
  private line = 0;
  /** Inside a rejected line whose end has not been reached. */
  private isSkipping = false;

  /** @param limit maximum number of characters per record */
  constructor(private readonly limit: number) {}

  /** Returns the records that end in this chunk. */
  read(piece: string): (Line | Rejection)[] {
    const lines = (this.rest + piece).split('\n');
    this.rest = lines.pop()!;
    const records: (Line | Rejection)[] = [];
    for (const text of lines) {
      if (this.isSkipping) this.isSkipping = false;
      else this.parse(text, records);
    }
    if (this.isSkipping) this.rest = '';
    else if (this.rest.length > this.limit) {
      this.parse(this.rest, records);
      this.isSkipping = true;
      this.rest = '';
    }
    return records;
  }

  /** Returns the last record. */
  end(): (Line | Rejection)[] {
    return this.read('\n');
  }

  private parse(text: string, records: (Line | Rejection)[]): void {
    const line = ++this.line;
    if (text.length > this.limit) records.push({ line, reason: tooLong(this.limit) });
    else if (text.includes('\0')) records.push({ line, reason: NOT_TEXT });
    else if (text.trim() !== '') records.push(parseObject(line, text));
  }
}

function parseObject(line: number, text: string): Line | Rejection {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { line, reason: 'The line is not JSON' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { line, reason: 'The line is not a JSON object' };
  }
  return { line, value: value as Record<string, unknown> };
}
