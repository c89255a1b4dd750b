import type { Matrix } from '../support/matrix/row.js';

export const rows: Matrix = {
  'GET /api/v1/protected': {
    statuses: { nobody: 401, user: 401, moderator: 401, admin: 401, key: 200, keyWithoutPermissions: 200 },
  },
  'GET /api/v1/stream': {
    statuses: { nobody: 200, user: 200, moderator: 200, admin: 200, key: 200, keyWithoutPermissions: 200 },
  },
  'POST /api/v1/stream': {
    statuses: { nobody: 401, user: 200, moderator: 200, admin: 200, key: 403, keyWithoutPermissions: 403 },
    writesNothing: true,
    ask: () => ({ raw: 'Some bytes', headers: { 'content-type': 'application/octet-stream' } }),
  },
};
