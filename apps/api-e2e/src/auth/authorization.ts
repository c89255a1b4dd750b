import { PASSWORD } from '../support/test-app.js';
import type { Ask, Matrix } from '../support/matrix/row.js';
import { newAccount, newName, type Scene } from '../support/matrix/scene.js';

/** The only session of the owner. */
async function aSession(scene: Scene): Promise<Ask> {
  const sessions = await scene.have('GET', '/api/v1/auth/sessions', undefined, scene.owner.token);
  return { params: { id: (sessions.items ?? sessions)[0].id } };
}

/** A key of the owner without permissions. */
async function aKey(scene: Scene): Promise<Ask> {
  const key = { name: newName(), permissions: [] };
  return { params: { id: (await scene.have('POST', '/api/v1/auth/api-keys', key, scene.owner.token)).id } };
}

export const rows: Matrix = {
  'POST /api/v1/auth/register': {
    statuses: { nobody: 201, user: 201, moderator: 201, admin: 201, key: 201, keyWithoutPermissions: 201 },
    ask: () => ({ body: newAccount() }),
  },
  'POST /api/v1/auth/login': {
    statuses: { nobody: 200, user: 200, moderator: 200, admin: 200, key: 200, keyWithoutPermissions: 200 },
    ask: ({ owner }) => ({ body: { username: owner.username, password: PASSWORD } }),
  },
  'POST /api/v1/auth/refresh': {
    statuses: { nobody: 200, user: 200, moderator: 200, admin: 200, key: 200, keyWithoutPermissions: 200 },
    ask: ({ owner }) => ({ body: { refresh_token: owner.refreshToken } }),
  },
  'POST /api/v1/auth/logout': {
    statuses: { nobody: 401, user: 204, moderator: 204, admin: 204, key: 403, keyWithoutPermissions: 403 },
  },
  'GET /api/v1/auth/sessions': {
    statuses: { nobody: 401, user: 200, moderator: 200, admin: 200, key: 403, keyWithoutPermissions: 403 },
  },
  'DELETE /api/v1/auth/sessions': {
    statuses: { nobody: 401, user: 204, moderator: 204, admin: 204, key: 403, keyWithoutPermissions: 403 },
  },
  'DELETE /api/v1/auth/sessions/:id': {
    statuses: {
      nobody: 401,
      owner: 204,
      other: 404,
      moderator: 404,
      admin: 404,
      key: 403,
      keyWithoutPermissions: 403,
    },
    ask: aSession,
  },
  'POST /api/v1/auth/session': {
    statuses: { nobody: 200, user: 200, moderator: 200, admin: 200, key: 200, keyWithoutPermissions: 200 },
    ask: ({ owner }) => ({ body: { username: owner.username, password: PASSWORD } }),
  },
  'DELETE /api/v1/auth/session': {
    statuses: { nobody: 401, user: 204, moderator: 204, admin: 204, key: 403, keyWithoutPermissions: 403 },
  },
  'GET /api/v1/auth/api-keys': {
    statuses: { nobody: 401, user: 200, moderator: 200, admin: 200, key: 403, keyWithoutPermissions: 403 },
  },
  'POST /api/v1/auth/api-keys': {
    statuses: { nobody: 401, user: 201, moderator: 201, admin: 201, key: 403, keyWithoutPermissions: 403 },
    ask: () => ({ body: { name: newName(), permissions: [] } }),
  },
  'GET /api/v1/auth/api-keys/:id': {
    statuses: {
      nobody: 401,
      owner: 200,
      other: 404,
      moderator: 404,
      admin: 404,
      key: 403,
      keyWithoutPermissions: 403,
    },
    ask: aKey,
  },
  'DELETE /api/v1/auth/api-keys/:id': {
    statuses: {
      nobody: 401,
      owner: 204,
      other: 404,
      moderator: 404,
      admin: 404,
      key: 403,
      keyWithoutPermissions: 403,
    },
    ask: aKey,
  },
};
