/** A column of a CSV file that becomes a field of a book. */
export interface Column {
  field: string;
  /** Turns a cell into the text of the field. */
  read?(cell: string): string;
}

/** The columns that a file may have, by name. `null` stands for one that is read over. */
export type Columns = ReadonlyMap<string, Column | null>;
