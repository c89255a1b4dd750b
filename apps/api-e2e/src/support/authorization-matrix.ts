import { authRows } from './matrix/auth.js';
import { booksRows } from './matrix/books.js';
import { operationsRows } from './matrix/operations.js';
import type { Matrix } from './matrix/row.js';
import { usersRows } from './matrix/users.js';

/** Who may call what. Every route of the application has a row here, or the tests fail. */
export const matrix: Matrix = { ...authRows, ...booksRows, ...operationsRows, ...usersRows };
