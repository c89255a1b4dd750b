import { getMetadataArgsStorage } from 'typeorm';
import { Book } from '@gatehouse/books';
import { SnakeCaseNamingStrategy } from '@gatehouse/database';
import type { Column, Columns } from './column.js';

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
