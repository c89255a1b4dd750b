import { writableColumns } from '@gatehouse/books';
import type { Column, Columns } from './column.js';

/** The columns of the table by the fields that the export writes and the import reads, in this order. */
export const transferColumns: Readonly<Record<string, string>> = {
  ...writableColumns,
  sourceId: 'source_id',
};

/** Fields that are a book's own affair. An import reads over them, so that it takes what the export wrote. */
export const ownFields = ['id', 'version', 'createdAt', 'updatedAt'] as const;

/** The columns of a file by the names of the API. */
export const bookColumns: Columns = new Map<string, Column | null>([
  ...Object.keys(transferColumns).map((field): [string, Column] => [field, { field }]),
  ...ownFields.map((field): [string, null] => [field, null]),
]);
