import { expect } from 'vitest';
import { images } from '../support/images.js';
import type { Ask, Matrix } from '../support/matrix/row.js';
import { newName, type Scene } from '../support/matrix/scene.js';
import { multipartBytes, multipartHeaders } from '../support/multipart.js';

const upload = () => ({
  raw: multipartBytes({ name: 'file', filename: 'a.png', content: images['image/png']! }),
  headers: multipartHeaders,
});

async function putPicture({ app }: Scene, path: string, token: string): Promise<void> {
  const { status, text } = await app.request('PUT', path, { token, ...upload() });
  expect([path, status, text]).toEqual([path, 204, '']);
}

const aBook = async (scene: Scene): Promise<Ask & { params: { id: number } }> => {
  const book = { title: newName(), author: 'Matrix', description: '', rating: 3 };
  return { params: { id: (await scene.have('POST', '/api/v1/books', book)).id } };
};
const aCover = async (scene: Scene): Promise<Ask> => {
  const { params } = await aBook(scene);
  await putPicture(scene, `/api/v1/books/${params.id}/cover`, scene.admin);
  return { params };
};
const ofOwner = ({ owner }: Scene): Ask => ({ params: { id: owner.id } });
const anAvatar = async (scene: Scene): Promise<Ask> => {
  await putPicture(scene, `/api/v1/users/${scene.owner.id}/avatar`, scene.owner.token);
  return ofOwner(scene);
};

const everybody = {
  nobody: 200,
  user: 200,
  moderator: 200,
  admin: 200,
  key: 200,
  keyWithoutPermissions: 200,
};
const writers = { nobody: 401, user: 403, moderator: 204, admin: 204, key: 204, keyWithoutPermissions: 403 };
const ownerAndManagers = {
  nobody: 401,
  owner: 204,
  other: 403,
  moderator: 403,
  admin: 204,
  key: 204,
  keyWithoutPermissions: 403,
};

export const rows: Matrix = {
  'GET /api/v1/books/:id/cover': { statuses: everybody, ask: aCover },
  'PUT /api/v1/books/:id/cover': {
    scope: ['books.write'],
    statuses: writers,
    ask: async (scene) => ({ ...(await aBook(scene)), ...upload() }),
  },
  'DELETE /api/v1/books/:id/cover': { scope: ['books.write'], statuses: writers, ask: aCover },
  'GET /api/v1/users/:id/avatar': {
    statuses: { ...everybody, nobody: 401 },
    ask: anAvatar,
  },
  'PUT /api/v1/users/:id/avatar': {
    scope: ['users.write'],
    statuses: ownerAndManagers,
    ask: (scene) => ({ ...ofOwner(scene), ...upload() }),
  },
  'DELETE /api/v1/users/:id/avatar': {
    scope: ['users.write'],
    statuses: ownerAndManagers,
    ask: anAvatar,
  },
};
