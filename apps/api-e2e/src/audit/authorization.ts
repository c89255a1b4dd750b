import type { Matrix } from '../support/matrix/row.js';

export const rows: Matrix = {
  'GET /api/v1/audit': {
    scope: ['audit.read'],
    statuses: { nobody: 401, user: 403, moderator: 403, admin: 200, key: 200, keyWithoutPermissions: 403 },
  },
};
