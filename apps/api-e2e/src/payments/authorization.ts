import type { Matrix } from '../support/matrix/row.js';

export const rows: Matrix = {
  'GET /api/v1/payments': {
    scope: ['payments.read'],
    statuses: { nobody: 401, user: 403, moderator: 403, admin: 200, key: 200, keyWithoutPermissions: 403 },
  },
  'POST /api/v1/payments/webhook': {
    statuses: { nobody: 200, user: 200, moderator: 200, admin: 200, key: 200, keyWithoutPermissions: 200 },
    ask: (scene) => scene.declinedPayment(),
  },
};
