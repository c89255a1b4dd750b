import { FeatureModule } from '@gatehouse/modules';
import '@gatehouse/notifications';
import type { Ask, Matrix } from '../support/matrix/row.js';
import { newName, type Scene } from '../support/matrix/scene.js';
import { inboxItem } from './inbox-item.js';

const ROOT = '/api/v1/notifications';

@FeatureModule(
  {
    root: 'matrix',
    tag: 'Matrix',
    description: 'For the specs.',
    topics: [{ name: 'matrix.news', description: 'News' }],
  },
  {},
)
class NewsModule {}

/** Features beside those of the application. */
export const features = [NewsModule];

/** A topic that only administrators change. */
const aTopic = async (scene: Scene): Promise<Ask & { params: { id: string } }> => {
  const topics: { id: string; name: string }[] = await scene.have('GET', `${ROOT}/topics`);
  return { params: { id: topics.find(({ name }) => name === 'matrix.news')!.id } };
};

/** The caller is subscribed, if the caller can be. */
const aSubscription = async (scene: Scene): Promise<Ask> => {
  const { params } = await aTopic(scene);
  const { caller = scene.owner } = scene;
  await scene.have('PUT', `${ROOT}/topics/${params.id}/subscription`, undefined, caller.token);
  return { params };
};

/** A notification in the inbox of the owner. */
const anItem = async ({ app, owner }: Scene): Promise<Ask> => ({
  params: { id: await inboxItem(app.dataSource, owner.id) },
});

const everyPerson = (status: number) => ({
  nobody: 401,
  user: status,
  moderator: status,
  admin: status,
  key: 403,
  keyWithoutPermissions: 403,
});
const withScope = (status: number) => ({
  nobody: 401,
  user: 403,
  moderator: 403,
  admin: status,
  key: status,
  keyWithoutPermissions: 403,
});

export const rows: Matrix = {
  'GET /api/v1/notifications/topics': {
    statuses: { nobody: 401, user: 200, moderator: 200, admin: 200, key: 200, keyWithoutPermissions: 200 },
  },
  'GET /api/v1/notifications/topics/:id': {
    statuses: { nobody: 401, user: 200, moderator: 200, admin: 200, key: 200, keyWithoutPermissions: 200 },
    ask: aTopic,
  },
  'PATCH /api/v1/notifications/topics/:id': {
    scope: ['notifications.manage'],
    statuses: withScope(200),
    ask: async (scene) => ({ ...(await aTopic(scene)), body: { groupId: null } }),
  },
  'PUT /api/v1/notifications/topics/:id/subscription': { statuses: everyPerson(204), ask: aTopic },
  'DELETE /api/v1/notifications/topics/:id/subscription': {
    statuses: everyPerson(204),
    ask: aSubscription,
  },
  'GET /api/v1/notifications': { statuses: everyPerson(200) },
  'POST /api/v1/notifications': {
    scope: ['notifications.send'],
    statuses: withScope(202),
    ask: ({ owner }) => ({ body: { userId: owner.id, title: newName(), body: 'Matrix' } }),
  },
  'POST /api/v1/notifications/:id/read': {
    statuses: {
      nobody: 401,
      owner: 204,
      other: 404,
      moderator: 404,
      admin: 404,
      key: 403,
      keyWithoutPermissions: 403,
    },
    ask: anItem,
  },
};
