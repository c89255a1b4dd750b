import type { Matrix } from './row.js';

export const operationsRows: Matrix = {
  'GET /api/v1/audit': {
    scope: ['audit.read'],
    statuses: { nobody: 401, user: 403, moderator: 403, admin: 200, key: 200, bareKey: 403 },
  },
  'GET /health/live': {
    statuses: { nobody: 200, user: 200, moderator: 200, admin: 200, key: 200, bareKey: 200 },
  },
  'GET /health/ready': {
    statuses: { nobody: 200, user: 200, moderator: 200, admin: 200, key: 200, bareKey: 200 },
  },
  'GET /metrics': {
    statuses: { nobody: 200, user: 200, moderator: 200, admin: 200, key: 200, bareKey: 200 },
  },
};
