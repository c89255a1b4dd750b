import type { Matrix } from './row.js';

export const operationsRows: Matrix = {
  'GET /api/v1/audit': {
    scope: ['audit.read'],
    statuses: { nobody: 401, user: 403, moderator: 403, admin: 200, key: 200, bareKey: 403 },
  },
  'GET /api/v1/jobs/failed': {
    scope: ['jobs.manage'],
    statuses: { nobody: 401, user: 403, moderator: 403, admin: 200, key: 200, bareKey: 403 },
  },
  'POST /api/v1/jobs/failed/:id/retry': {
    scope: ['jobs.manage'],
    statuses: { nobody: 401, user: 403, moderator: 403, admin: 204, key: 204, bareKey: 403 },
    ask: async (scene) => ({ params: { id: await scene.failedJob() } }),
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
