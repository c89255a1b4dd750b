import type { Matrix } from '../support/matrix/row.js';
import { newName } from '../support/matrix/scene.js';

export const rows: Matrix = {
  'GET /api/v1/books/export': {
    statuses: { nobody: 200, user: 200, moderator: 200, admin: 200, key: 200, keyWithoutPermissions: 200 },
  },
  'POST /api/v1/books/import': {
    scope: ['books.write'],
    statuses: { nobody: 401, user: 403, moderator: 200, admin: 200, key: 200, keyWithoutPermissions: 403 },
    ask: () => ({
      raw: `title,author,description,rating\n${newName()},Matrix,,4\n`,
      headers: { 'content-type': 'text/csv' },
    }),
  },
};
