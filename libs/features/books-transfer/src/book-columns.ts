import { getMetadataArgsStorage } from 'typeorm';
import { Book } from '@gatehouse/books';
import { SnakeCaseNamingStrategy } from '@gatehouse/database';
import type { Column, Columns } from './column.js';

const naming = new SnakeCaseNamingStrategy();

/** What the export writes and the import reads of a book, in the order in which the entity declares it. */
export const transferColumns = getMetadataArgsStorage()
  .filterColumns(Book)
  .filter(({ mode, options }) => mode === 'regular' && !options.primary && options.insert !== false)
  .map(({ propertyName, options }) => ({
    field: propertyName,
    column: naming.columnName(propertyName, options.name, []),
    isNullable: options.nullable === true,
  }));

/** Fields that are a book's own affair. An import reads over them, so that it takes what the export wrote. */
export const ownFields = ['id', 'version', 'createdAt', 'updatedAt'] as const;

/** The columns of a file by the names of the API. */
export const bookColumns: Columns = new Map<string, Column | null>([
  ...transferColumns.map(({ field }): [string, Column] => [field, { field }]),
  ...ownFields.map((field): [string, null] => [field, null]),
]);
