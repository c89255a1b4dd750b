/** A column of a CSV file that becomes a field of a book. */
export interface Column {
  field: string;
  /** Converts a cell to the text of the field. */
  read?(cell: string): string;
}

/** Columns that a file may have, by name. `null` marks one that is ignored. */
export type Columns = ReadonlyMap<string, Column | null>;
