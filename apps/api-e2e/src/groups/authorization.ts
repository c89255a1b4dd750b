import type { Ask, Matrix } from '../support/matrix/row.js';
import { newName, type Scene } from '../support/matrix/scene.js';

const aGroup = async (scene: Scene): Promise<Ask & { params: { id: string } }> => ({
  params: { id: (await scene.have('POST', '/api/v1/groups', { name: newName() })).id },
});

const aGroupAndAStranger = async (scene: Scene): Promise<Ask> => {
  const { params } = await aGroup(scene);
  return { params: { ...params, userId: scene.owner.id } };
};

const aMember = async (scene: Scene): Promise<Ask> => {
  const { params } = await aGroup(scene);
  await scene.have('PUT', `/api/v1/groups/${params.id}/members/${scene.owner.id}`);
  return { params: { ...params, userId: scene.owner.id } };
};

/** A grant to a new group, not made yet. */
const aGroupGrant = async (scene: Scene): Promise<Ask & { params: { name: string; groupId: string } }> => ({
  params: { name: 'audit.read', groupId: (await aGroup(scene)).params.id },
});

const groupGrantThatIsMade = async (scene: Scene): Promise<Ask> => {
  const { params } = await aGroupGrant(scene);
  await scene.have('PUT', `/api/v1/permissions/${params.name}/grants/group/${params.groupId}`);
  return { params };
};

// Roles cannot be created, so all requests share this grant. No other row may see it: the last request deletes it.
const ROLE_GRANT = { name: 'audit.read', role: 'user' };
const roleGrant = `/api/v1/permissions/${ROLE_GRANT.name}/grants/role/${ROLE_GRANT.role}`;

export const rows: Matrix = {
  'GET /api/v1/groups': {
    scope: ['access.read'],
    statuses: { nobody: 401, user: 403, moderator: 200, admin: 200, key: 200, keyWithoutPermissions: 403 },
  },
  'GET /api/v1/groups/:id': {
    scope: ['access.read'],
    statuses: { nobody: 401, user: 403, moderator: 200, admin: 200, key: 200, keyWithoutPermissions: 403 },
    ask: aGroup,
  },
  'POST /api/v1/groups': {
    statuses: { nobody: 401, user: 403, moderator: 403, admin: 201, key: 403, keyWithoutPermissions: 403 },
    ask: () => ({ body: { name: newName() } }),
  },
  'PATCH /api/v1/groups/:id': {
    statuses: { nobody: 401, user: 403, moderator: 403, admin: 200, key: 403, keyWithoutPermissions: 403 },
    ask: async (scene) => ({ ...(await aGroup(scene)), body: { name: newName() } }),
  },
  'DELETE /api/v1/groups/:id': {
    statuses: { nobody: 401, user: 403, moderator: 403, admin: 204, key: 403, keyWithoutPermissions: 403 },
    ask: aGroup,
  },
  'GET /api/v1/groups/:id/members': {
    scope: ['access.read'],
    statuses: {
      nobody: 401,
      owner: 403,
      other: 403,
      moderator: 200,
      admin: 200,
      key: 200,
      keyWithoutPermissions: 403,
    },
    ask: aMember,
  },
  'PUT /api/v1/groups/:id/members/:userId': {
    statuses: {
      nobody: 401,
      owner: 403,
      other: 403,
      moderator: 403,
      admin: 204,
      key: 403,
      keyWithoutPermissions: 403,
    },
    ask: aGroupAndAStranger,
  },
  'DELETE /api/v1/groups/:id/members/:userId': {
    statuses: {
      nobody: 401,
      owner: 403,
      other: 403,
      moderator: 403,
      admin: 204,
      key: 403,
      keyWithoutPermissions: 403,
    },
    ask: aMember,
  },
  'GET /api/v1/permissions': {
    scope: ['access.read'],
    statuses: { nobody: 401, user: 403, moderator: 200, admin: 200, key: 200, keyWithoutPermissions: 403 },
  },
  'PUT /api/v1/permissions/:name/grants/group/:groupId': {
    statuses: { nobody: 401, user: 403, moderator: 403, admin: 204, key: 403, keyWithoutPermissions: 403 },
    ask: aGroupGrant,
  },
  'DELETE /api/v1/permissions/:name/grants/group/:groupId': {
    statuses: { nobody: 401, user: 403, moderator: 403, admin: 204, key: 403, keyWithoutPermissions: 403 },
    ask: groupGrantThatIsMade,
  },
  'PUT /api/v1/permissions/:name/grants/role/:role': {
    statuses: { nobody: 401, user: 403, moderator: 403, admin: 204, key: 403, keyWithoutPermissions: 403 },
    ask: async (scene) => {
      await scene.have('DELETE', roleGrant);
      return { params: ROLE_GRANT };
    },
  },
  'DELETE /api/v1/permissions/:name/grants/role/:role': {
    statuses: { nobody: 401, user: 403, moderator: 403, admin: 204, key: 403, keyWithoutPermissions: 403 },
    ask: async (scene) => {
      await scene.have('PUT', roleGrant);
      return { params: ROLE_GRANT };
    },
  },
};
