import type { Matrix } from '../support/matrix/row.js';
import { failedJob } from './failed-job.js';

export const rows: Matrix = {
  'GET /api/v1/jobs/failed': {
    scope: ['jobs.manage'],
    statuses: { nobody: 401, user: 403, moderator: 403, admin: 200, key: 200, keyWithoutPermissions: 403 },
  },
  'POST /api/v1/jobs/failed/:id/retry': {
    scope: ['jobs.manage'],
    statuses: { nobody: 401, user: 403, moderator: 403, admin: 204, key: 204, keyWithoutPermissions: 403 },
    ask: async ({ app }) => ({ params: { id: await failedJob(app.dataSource) } }),
  },
};
