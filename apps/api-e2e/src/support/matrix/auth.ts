import { PASSWORD } from '../test-app.js';
import type { Matrix } from './row.js';
import { newAccount } from './scene.js';

export const authRows: Matrix = {
  'POST /api/v1/auth/register': {
    statuses: { nobody: 201, user: 201, moderator: 201, admin: 201, key: 201, bareKey: 201 },
    ask: () => ({ body: newAccount() }),
  },
  'POST /api/v1/auth/login': {
    statuses: { nobody: 200, user: 200, moderator: 200, admin: 200, key: 200, bareKey: 200 },
    ask: ({ owner }) => ({ body: { username: owner.username, password: PASSWORD } }),
  },
  'POST /api/v1/auth/refresh': {
    statuses: { nobody: 200, user: 200, moderator: 200, admin: 200, key: 200, bareKey: 200 },
    ask: ({ owner }) => ({ body: { refresh_token: owner.refreshToken } }),
  },
  'POST /api/v1/auth/logout': {
    statuses: { nobody: 401, user: 204, moderator: 204, admin: 204, key: 403, bareKey: 403 },
  },
};
