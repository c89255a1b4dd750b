import type { Ask, Matrix } from '../support/matrix/row.js';
import { newName, type Scene } from '../support/matrix/scene.js';

const ROOT = '/api/v1/ticketing';
const KEY_SCOPE = ['ticketing.access', 'ticketing.manage-events'];

type WithId = Ask & { params: { id: string } };

/** Ids of a new event, its organiser, session and category. */
interface Made {
  organiserId: string;
  eventId: string;
  sessionId: string;
  categoryId: string;
}

const make = async (scene: Scene, path: string, body: object): Promise<string> =>
  (await scene.have('POST', `${ROOT}/${path}`, { name: newName(), ...body })).id;

const anOrganiser = async (scene: Scene): Promise<WithId> => ({
  params: { id: await make(scene, 'organisers', {}) },
});

const aMember = async (scene: Scene): Promise<Ask> => {
  const { params } = await anOrganiser(scene);
  await scene.have('PUT', `${ROOT}/organisers/${params.id}/members/${scene.owner.id}`, { rights: ['scan'] });
  return { params: { ...params, userId: scene.owner.id } };
};

const now = () => new Date().toISOString();

async function anEventWith(scene: Scene): Promise<Made> {
  const organiserId = await make(scene, 'organisers', {});
  const eventId = await make(scene, 'events', { organiserId, openDate: now() });
  const sessionId = await make(scene, 'sessions', { eventId, date: now() });
  const categoryId = await make(scene, 'categories', { eventId, priceCents: 0, currency: 'EUR' });
  return { organiserId, eventId, sessionId, categoryId };
}

const of =
  (kind: keyof Made) =>
  async (scene: Scene): Promise<WithId> => ({ params: { id: (await anEventWith(scene))[kind] } });
const anEvent = of('eventId');
const aSession = of('sessionId');
const aCategory = of('categoryId');

/** Nothing else is of it. */
const anEmptyEvent = async (scene: Scene): Promise<Ask> => {
  const organiserId = await make(scene, 'organisers', {});
  return { params: { id: await make(scene, 'events', { organiserId, openDate: now() }) } };
};

/** A free ticket of the owner. */
const aTicket = async (scene: Scene): Promise<WithId> => {
  const { categoryId, sessionId } = await anEventWith(scene);
  const wish = { categoryId, sessionId };
  return { params: { id: (await scene.have('POST', `${ROOT}/tickets`, wish, scene.owner.token)).id } };
};

const aTicketAndItsSecret = async (scene: Scene): Promise<Ask> => {
  const ask = await aTicket(scene);
  const path = `${ROOT}/tickets/${ask.params.id}/secret`;
  const { secret } = await scene.have('GET', path, undefined, scene.owner.token);
  return { ...ask, body: { secret } };
};

const everybody = {
  nobody: 200,
  user: 200,
  moderator: 200,
  admin: 200,
  key: 200,
  keyWithoutPermissions: 200,
};
const access = { nobody: 401, user: 200, moderator: 200, admin: 200, key: 200, keyWithoutPermissions: 403 };
/** Keys are not administrators, and members of organisers are not in these rows. */
const administrators = (status: number) => ({
  nobody: 401,
  user: 403,
  moderator: 403,
  admin: status,
  key: 403,
  keyWithoutPermissions: 403,
});
const owner = (admin: number, key: number) => ({
  nobody: 401,
  owner: 200,
  other: 404,
  moderator: 404,
  admin,
  key,
  keyWithoutPermissions: 403,
});
const changed = async (ask: Promise<Ask>): Promise<Ask> => ({ ...(await ask), body: { name: newName() } });

export const rows: Matrix = {
  'GET /api/v1/ticketing/organisers': { scope: KEY_SCOPE, statuses: access },
  'GET /api/v1/ticketing/organisers/:id': { scope: KEY_SCOPE, statuses: access, ask: anOrganiser },
  'POST /api/v1/ticketing/organisers': {
    statuses: administrators(201),
    ask: () => ({ body: { name: newName() } }),
  },
  'PATCH /api/v1/ticketing/organisers/:id': {
    statuses: administrators(200),
    ask: (scene) => changed(anOrganiser(scene)),
  },
  'DELETE /api/v1/ticketing/organisers/:id': { statuses: administrators(204), ask: anOrganiser },
  'PUT /api/v1/ticketing/organisers/:id/members/:userId': {
    statuses: administrators(204),
    ask: async (scene) => {
      const { params } = await anOrganiser(scene);
      return { params: { ...params, userId: scene.owner.id }, body: { rights: ['manage'] } };
    },
  },
  'DELETE /api/v1/ticketing/organisers/:id/members/:userId': {
    statuses: administrators(204),
    ask: aMember,
  },

  'GET /api/v1/ticketing/events': { statuses: everybody },
  'GET /api/v1/ticketing/events/:id': { statuses: everybody, ask: anEvent },
  'GET /api/v1/ticketing/events/:id/quota': { statuses: everybody, ask: anEvent },
  'GET /api/v1/ticketing/sessions/:id/quota': { statuses: everybody, ask: aSession },
  'GET /api/v1/ticketing/categories/:id/quota': { statuses: everybody, ask: aCategory },
  'GET /api/v1/ticketing/events/:id/availability': { statuses: everybody, ask: anEvent },
  'POST /api/v1/ticketing/events': {
    scope: KEY_SCOPE,
    statuses: administrators(201),
    ask: async (scene) => {
      const { params } = await anOrganiser(scene);
      return { body: { organiserId: params.id, name: newName(), openDate: now() } };
    },
  },
  'PATCH /api/v1/ticketing/events/:id': {
    scope: KEY_SCOPE,
    statuses: administrators(200),
    ask: (scene) => changed(anEvent(scene)),
  },
  'DELETE /api/v1/ticketing/events/:id': {
    scope: KEY_SCOPE,
    statuses: administrators(204),
    ask: anEmptyEvent,
  },

  'GET /api/v1/ticketing/events/:id/sessions': { scope: KEY_SCOPE, statuses: access, ask: anEvent },
  'GET /api/v1/ticketing/sessions/:id': { scope: KEY_SCOPE, statuses: access, ask: aSession },
  'POST /api/v1/ticketing/sessions': {
    scope: KEY_SCOPE,
    statuses: administrators(201),
    ask: async (scene) => {
      const { eventId } = await anEventWith(scene);
      return { body: { eventId, name: newName(), date: now() } };
    },
  },
  'PATCH /api/v1/ticketing/sessions/:id': {
    scope: KEY_SCOPE,
    statuses: administrators(200),
    ask: (scene) => changed(aSession(scene)),
  },
  'DELETE /api/v1/ticketing/sessions/:id': {
    scope: KEY_SCOPE,
    statuses: administrators(204),
    ask: aSession,
  },

  'GET /api/v1/ticketing/events/:id/categories': { scope: KEY_SCOPE, statuses: access, ask: anEvent },
  'GET /api/v1/ticketing/sessions/:id/categories': { scope: KEY_SCOPE, statuses: access, ask: aSession },
  'GET /api/v1/ticketing/categories/:id': { scope: KEY_SCOPE, statuses: access, ask: aCategory },
  'POST /api/v1/ticketing/categories': {
    scope: KEY_SCOPE,
    statuses: administrators(201),
    ask: async (scene) => {
      const { eventId } = await anEventWith(scene);
      return { body: { eventId, name: newName(), priceCents: 0, currency: 'EUR' } };
    },
  },
  'PATCH /api/v1/ticketing/categories/:id': {
    scope: KEY_SCOPE,
    statuses: administrators(200),
    ask: (scene) => changed(aCategory(scene)),
  },
  'DELETE /api/v1/ticketing/categories/:id': {
    scope: KEY_SCOPE,
    statuses: administrators(204),
    ask: aCategory,
  },

  'POST /api/v1/ticketing/tickets': {
    scope: KEY_SCOPE,
    statuses: { nobody: 401, user: 201, moderator: 201, admin: 201, key: 201, keyWithoutPermissions: 403 },
    ask: async (scene) => {
      const { categoryId, sessionId } = await anEventWith(scene);
      return { body: { categoryId, sessionId } };
    },
  },
  'POST /api/v1/ticketing/tickets (for somebody else)': {
    scope: KEY_SCOPE,
    statuses: {
      nobody: 401,
      owner: 201,
      other: 403,
      moderator: 403,
      admin: 201,
      key: 403,
      keyWithoutPermissions: 403,
    },
    ask: async (scene) => {
      const { categoryId, sessionId } = await anEventWith(scene);
      return { body: { categoryId, sessionId, userId: scene.owner.id } };
    },
  },
  'GET /api/v1/ticketing/tickets/me': { scope: KEY_SCOPE, statuses: access },
  'GET /api/v1/ticketing/tickets/:id': { scope: KEY_SCOPE, statuses: owner(200, 404), ask: aTicket },
  'GET /api/v1/ticketing/tickets/:id/secret': { scope: KEY_SCOPE, statuses: owner(404, 404), ask: aTicket },
  'GET /api/v1/ticketing/tickets/:id/qr': { scope: KEY_SCOPE, statuses: owner(404, 404), ask: aTicket },
  'POST /api/v1/ticketing/tickets/:id/cancel': {
    scope: KEY_SCOPE,
    statuses: owner(200, 404),
    ask: aTicket,
  },
  'POST /api/v1/ticketing/tickets/:id/scan': {
    scope: KEY_SCOPE,
    statuses: {
      nobody: 401,
      owner: 403,
      other: 403,
      moderator: 403,
      admin: 200,
      key: 403,
      keyWithoutPermissions: 403,
    },
    ask: aTicketAndItsSecret,
  },
  'GET /api/v1/ticketing/events/:id/tickets': {
    scope: KEY_SCOPE,
    statuses: administrators(200),
    ask: anEvent,
  },
  'GET /api/v1/ticketing/sessions/:id/tickets': {
    scope: KEY_SCOPE,
    statuses: administrators(200),
    ask: aSession,
  },
  'GET /api/v1/ticketing/categories/:id/tickets': {
    scope: KEY_SCOPE,
    statuses: administrators(200),
    ask: aCategory,
  },
};
