import type { Ask, Matrix } from '../support/matrix/row.js';
import { newName, type Scene } from '../support/matrix/scene.js';
import { multipart } from '../support/multipart.js';

const upload = (name: string, content = 'Matrix') =>
  multipart({ name, filename: `${newName()}.txt`, content });

/** A file of the owner. */
const aFile = async ({ app, owner }: Scene): Promise<Ask> => {
  const { body } = await app.request('POST', '/api/v1/files', { token: owner.token, ...upload('file') });
  return { params: { id: body.id } };
};

const everyUser = (status: number) => ({
  nobody: 401,
  user: status,
  moderator: status,
  admin: status,
  key: status,
  keyWithoutPermissions: 403,
});
const ownerAndManagers = (status: number) => ({
  nobody: 401,
  owner: status,
  other: 404,
  moderator: 404,
  admin: status,
  key: status,
  keyWithoutPermissions: 403,
});

export const rows: Matrix = {
  'POST /api/v1/files': { scope: ['files.use'], statuses: everyUser(201), ask: () => upload('file') },
  'POST /api/v1/files/images': {
    scope: ['files.use'],
    statuses: everyUser(201),
    ask: () => upload('file', 'GIF89a, at least its start'),
  },
  'POST /api/v1/files/batch': { scope: ['files.use'], statuses: everyUser(201), ask: () => upload('files') },
  'GET /api/v1/files/:id': {
    scope: ['files.use', 'files.manage'],
    statuses: ownerAndManagers(200),
    ask: aFile,
  },
  'DELETE /api/v1/files/:id': {
    scope: ['files.use', 'files.manage'],
    statuses: ownerAndManagers(204),
    ask: aFile,
  },
};
