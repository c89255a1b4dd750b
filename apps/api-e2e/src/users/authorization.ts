import type { Matrix } from '../support/matrix/row.js';
import { newAccount, newName, type Scene } from '../support/matrix/scene.js';

const ofOwner = ({ owner }: Scene) => ({ params: { id: owner.id } });

export const rows: Matrix = {
  'GET /api/v1/users': {
    scope: ['users.read'],
    statuses: { nobody: 401, user: 403, moderator: 200, admin: 200, key: 200, keyWithoutPermissions: 403 },
  },
  'GET /api/v2/users': {
    scope: ['users.read'],
    statuses: { nobody: 401, user: 403, moderator: 200, admin: 200, key: 200, keyWithoutPermissions: 403 },
  },
  'GET /api/v1/users/recent': {
    scope: ['users.read'],
    statuses: { nobody: 401, user: 403, moderator: 200, admin: 200, key: 200, keyWithoutPermissions: 403 },
  },
  'GET /api/v1/users/me': {
    statuses: { nobody: 401, user: 200, moderator: 200, admin: 200, key: 200, keyWithoutPermissions: 200 },
  },
  'PATCH /api/v1/users/me': {
    statuses: { nobody: 401, user: 200, moderator: 200, admin: 200, key: 403, keyWithoutPermissions: 403 },
    ask: () => ({ body: { fullName: newName() } }),
  },
  'GET /api/v1/users/:id': {
    scope: ['users.read'],
    statuses: {
      nobody: 401,
      owner: 200,
      other: 403,
      moderator: 200,
      admin: 200,
      key: 200,
      keyWithoutPermissions: 403,
    },
    ask: ofOwner,
  },
  'POST /api/v1/users': {
    scope: ['users.write'],
    statuses: { nobody: 401, user: 403, moderator: 403, admin: 201, key: 201, keyWithoutPermissions: 403 },
    ask: () => ({ body: newAccount() }),
  },
  'PUT /api/v1/users/:id': {
    scope: ['users.write'],
    statuses: {
      nobody: 401,
      owner: 403,
      other: 403,
      moderator: 403,
      admin: 200,
      key: 200,
      keyWithoutPermissions: 403,
    },
    ask: (scene) => {
      const { username, email } = newAccount();
      return { ...ofOwner(scene), body: { username, email, role: 'user', isActive: true } };
    },
  },
  'PATCH /api/v1/users/:id': {
    scope: ['users.write'],
    statuses: {
      nobody: 401,
      owner: 403,
      other: 403,
      moderator: 403,
      admin: 200,
      key: 200,
      keyWithoutPermissions: 403,
    },
    ask: (scene) => ({ ...ofOwner(scene), body: { fullName: newName() } }),
  },
  'DELETE /api/v1/users/:id': {
    scope: ['users.write'],
    statuses: {
      nobody: 401,
      owner: 403,
      other: 403,
      moderator: 403,
      admin: 204,
      key: 204,
      keyWithoutPermissions: 403,
    },
    ask: ofOwner,
  },
  'POST /api/v1/users/:id/set-password': {
    scope: ['users.write'],
    statuses: {
      nobody: 401,
      owner: 403,
      other: 403,
      moderator: 403,
      admin: 204,
      key: 204,
      keyWithoutPermissions: 403,
    },
    ask: (scene) => ({ ...ofOwner(scene), body: { password: 'An0therPassword' } }),
  },
};
