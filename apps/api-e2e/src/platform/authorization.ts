import type { Matrix } from '../support/matrix/row.js';

export const rows: Matrix = {
  'GET /health/live': {
    statuses: { nobody: 200, user: 200, moderator: 200, admin: 200, key: 200, keyWithoutPermissions: 200 },
  },
  'GET /health/ready': {
    statuses: { nobody: 200, user: 200, moderator: 200, admin: 200, key: 200, keyWithoutPermissions: 200 },
  },
  'GET /metrics': {
    statuses: { nobody: 200, user: 200, moderator: 200, admin: 200, key: 200, keyWithoutPermissions: 200 },
  },
};
