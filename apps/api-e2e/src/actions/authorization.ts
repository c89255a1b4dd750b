import type { Matrix } from '../support/matrix/row.js';

/** Those of all other actions are derived from the routes that they stand for. */
export const rows: Matrix = {
  'POST /api/v0/echo/read': {
    statuses: { nobody: 200, user: 200, moderator: 200, admin: 200, key: 200, keyWithoutPermissions: 200 },
    writesNothing: true,
    ask: () => ({ body: { text: 'Hello' } }),
  },
};
