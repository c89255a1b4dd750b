import { getMetadataArgsStorage } from 'typeorm';
import { Book } from '@gatehouse/books';
import { SnakeCaseNamingStrategy } from '@gatehouse/database';

/** A column of a CSV file that becomes a field of a book. */
export interface Column {
  field: string;
  /** Converts a cell to the text of the field. */
  read?(cell: string): string;
}

/** Columns that a file may have, by name. `null` marks one that is ignored. */
export type Columns = ReadonlyMap<string, Column | null>;

const naming = new SnakeCaseNamingStrategy();

/** Fields of a book that the export writes and the import reads, in the order of the entity. */
export const transferColumns = getMetadataArgsStorage()
  .filterColumns(Book)
  .filter(({ mode, options }) => mode === 'regular' && !options.primary && options.insert !== false)
  .map(({ propertyName, options }) => ({
    field: propertyName,
    column: naming.columnName(propertyName, options.name, []),
    isNullable: options.nullable === true,
  }));

/** Fields that belong to the stored book. An import ignores them, so that it accepts an export. */
export const ownFields = ['id', 'version', 'createdAt', 'updatedAt'] as const;

/** Columns of a file, named as in the API. */
export const bookColumns: Columns = new Map<string, Column | null>([
  ...transferColumns.map(({ field }): [string, Column] => [field, { field }]),
  ...ownFields.map((field): [string, null] => [field, null]),
]);
