import { MalformedRequestProblem } from '@gatehouse/http';
import { ImportRecord, NOT_TEXT, Rejection, tooLong } from './import-record.js';

const COMMA = 44;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const QUOTE = 34;

const STRAY_QUOTE = 'Misplaced quote: quote the whole cell and double the quotes in it';

type Row = ImportRecord<string[]>;

/**
 * Splits CSV (RFC 4180; lines may end in LF alone) that arrives in chunks into records. Only the record with a
 * misplaced or missing quote is rejected, and reading continues at the next line, so that a missing quote does not
 * swallow the following records. Blank lines are ignored.
 */
export class CsvReader {
  private text = '';
  private at = 0;
  private line = 1;
  private hasNul = false;
  /** Inside a rejected line whose end has not been reached. */
  private isSkipping = false;

  /** @param limit maximum number of characters per record */
  constructor(private readonly limit: number) {}

  /** Returns the records that end in this chunk. */
  read(piece: string): (Row | Rejection)[] {
    this.text = this.text.slice(this.at) + piece;
    this.at = 0;
    this.hasNul = this.text.includes('\0');
    const records: (Row | Rejection)[] = [];
    while (this.at < this.text.length && this.next(records));
    return records;
  }

  /**
   * Returns the last record.
   * @throws MalformedRequestProblem when it ends inside a quoted cell: the text is incomplete
   */
  end(): (Row | Rejection)[] {
    const records = this.read('\n');
    if (this.at < this.text.length) {
      throw new MalformedRequestProblem(
        `The file ends inside a quoted cell of the record in line ${this.line}`,
      );
    }
    return records;
  }

  /** Reads one record; `false` when it is incomplete. */
  private next(records: (Row | Rejection)[]): boolean {
    if (this.isSkipping) return this.skipLine();
    const start = this.at;
    const cells = this.cells(start);
    if (cells === undefined) {
      if (this.text.length - start <= this.limit) return false;
      records.push({ line: this.line, reason: tooLong(this.limit) });
      return this.skipLine();
    }
    if (cells === null) {
      records.push({ line: this.line, reason: STRAY_QUOTE });
      return this.skipLine();
    }
    const { line } = this;
    this.line += linesIn(this.text, start, this.at);
    if (this.at - start > this.limit) records.push({ line, reason: tooLong(this.limit) });
    else if (this.hasNul && cells.some((cell) => cell.includes('\0')))
      records.push({ line, reason: NOT_TEXT });
    else if (cells.length > 1 || cells[0] !== '') records.push({ line, value: cells });
    return true;
  }

  private skipLine(): boolean {
    const end = this.text.indexOf('\n', this.at);
    this.isSkipping = end < 0;
    this.at = this.isSkipping ? this.text.length : end + 1;
    if (!this.isSkipping) this.line++;
    return !this.isSkipping;
  }

  /**
   * Returns the cells of a record and moves `at` behind it; undefined when it is incomplete, null when it is
   * malformed.
   */
  private cells(start: number): string[] | null | undefined {
    const { text } = this;
    const cells: string[] = [];
    for (let at = start; ; at++) {
      const isQuoted = text.charCodeAt(at) === QUOTE;
      const from = isQuoted ? at + 1 : at;
      at = isQuoted ? closingQuote(text, from) : endOfCell(text, from);
      if (at < 0) return undefined;
      const cell = text.slice(from, at);
      if (isQuoted) at++;
      if (at === text.length) return undefined;
      const code = text.charCodeAt(at);
      if (code === COMMA) {
        cells.push(isQuoted ? unescape(cell) : cell);
        continue;
      }
      const isCrLf = isQuoted && code === CARRIAGE_RETURN;
      if (isCrLf && at + 1 === text.length) return undefined;
      if (text.charCodeAt(isCrLf ? at + 1 : at) !== LINE_FEED) return null;
      cells.push(isQuoted ? unescape(cell) : cell.endsWith('\r') ? cell.slice(0, -1) : cell);
      this.at = at + (isCrLf ? 2 : 1);
      return cells;
    }
  }
}

/** Position of the first quote that is not doubled, -1 when there is none. */
function closingQuote(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (at >= 0 && text.charCodeAt(at + 1) === QUOTE) at = text.indexOf('"', at + 2);
  return at;
}

/** Position of the comma, line feed or quote that ends an unquoted cell, if any. */
function endOfCell(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === COMMA || code === LINE_FEED || code === QUOTE) return at;
  }
  return -1;
}

function unescape(cell: string): string {
  return cell.includes('"') ? cell.replaceAll('""', '"') : cell;
}

function linesIn(text: string, start: number, end: number): number {
  let lines = 0;
  for (let at = text.indexOf('\n', start); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}
