import { FieldError, ValidationProblem } from '@gatehouse/http';
import { bookColumns, type Column, type Columns, transferColumns } from './book-columns.js';
import { importLimits } from './import-limits.js';
import { goodbooksColumns, isGoodbooks } from './goodbooks.js';

const MAX_NAME = 100;

/** Fields that an empty or blank cell clears. In other fields an empty cell is an empty text. */
const nullable: ReadonlySet<string> = new Set(
  transferColumns.filter(({ isNullable }) => isNullable).map(({ field }) => field),
);

/** Converts the rows of a CSV file to objects by field name, whose values are still text. */
export class CsvMapping {
  private readonly columns: readonly (Column | null)[];

  /** @throws ValidationProblem naming unknown and duplicate columns */
  constructor(header: readonly string[]) {
    const names = header.slice(0, filledLength(header)).map((name) => name.trim());
    if (names.length > importLimits.columns) throw tooManyColumns(names.length);
    const known = isGoodbooks(names) ? goodbooksColumns : bookColumns;
    const errors = names.flatMap((name, i) => columnErrors(name, names.indexOf(name) < i, known));
    if (errors.length > 0) throw new ValidationProblem(errors);
    this.columns = names.map((name) => known.get(name)!);
  }

  /** Number of cells in a row. */
  get width(): number {
    return this.columns.length;
  }

  /** Whether a row has a cell for each column; additional ones, which spreadsheets write, must be blank. */
  fits(cells: readonly string[]): boolean {
    return cells.length === this.width || (cells.length > this.width && filledLength(cells) <= this.width);
  }

  toFields(cells: readonly string[]): Record<string, unknown> {
    const fields: Record<string, unknown> = {};
    for (let i = 0; i < this.width; i++) {
      const column = this.columns[i];
      if (!column) continue;
      const isTrimmed = nullable.has(column.field) || column.field === 'rating';
      const cell = isTrimmed ? cells[i]!.trim() : cells[i]!;
      const text = column.read ? column.read(cell) : cell;
      if (text !== '') fields[column.field] = text;
      else if (nullable.has(column.field)) fields[column.field] = null;
      else if (column.field !== 'sourceId') fields[column.field] = '';
    }
    return fields;
  }
}

/** Number of cells without trailing blank ones. */
function filledLength(cells: readonly string[]): number {
  return cells.findLastIndex((cell) => cell.trim() !== '') + 1;
}

function tooManyColumns(count: number): ValidationProblem {
  const message = `The header has ${count} columns; at most ${importLimits.columns} are read`;
  return new ValidationProblem([{ path: 'header', code: 'maxColumns', message }]);
}

function columnErrors(name: string, isSecond: boolean, known: Columns): FieldError[] {
  const path = name.length > MAX_NAME ? `${name.slice(0, MAX_NAME)}…` : name;
  if (!known.has(name)) return [{ path, code: 'unknown', message: `"${path}" is not a known column` }];
  return isSecond ? [{ path, code: 'duplicate', message: `The column "${path}" is there twice` }] : [];
}
