import type { Ask, Matrix } from '../support/matrix/row.js';
import { newName, type Scene } from '../support/matrix/scene.js';

const newBook = () => ({ title: newName(), author: 'Matrix', description: '', rating: 4 });
const bookId = async (scene: Scene): Promise<number> =>
  (await scene.have('POST', '/api/v1/books', newBook())).id;
const aBook = async (scene: Scene): Promise<Ask> => ({ params: { id: await bookId(scene) } });

/** A review that the owner has written. */
async function aReview(scene: Scene): Promise<Ask & { params: { id: number; reviewId: string } }> {
  const id = await bookId(scene);
  const review = { rating: 5, text: 'Good' };
  const { id: reviewId } = await scene.have('POST', `/api/v1/books/${id}/reviews`, review, scene.owner.token);
  return { params: { id, reviewId } };
}

async function aHiddenReview(scene: Scene): Promise<Ask> {
  const { params } = await aReview(scene);
  await scene.have('POST', `/api/v1/books/${params.id}/reviews/${params.reviewId}/moderate`, {
    hidden: true,
  });
  return { params };
}

export const rows: Matrix = {
  'GET /api/v1/books': {
    statuses: { nobody: 200, user: 200, moderator: 200, admin: 200, key: 200, keyWithoutPermissions: 200 },
  },
  'GET /api/v1/books/:id': {
    statuses: { nobody: 200, user: 200, moderator: 200, admin: 200, key: 200, keyWithoutPermissions: 200 },
    ask: aBook,
  },
  'GET /api/v1/books/author/:author': {
    statuses: { nobody: 200, user: 200, moderator: 200, admin: 200, key: 200, keyWithoutPermissions: 200 },
    ask: () => ({ params: { author: 'Matrix' } }),
  },
  'POST /api/v1/books': {
    scope: ['books.write'],
    statuses: { nobody: 401, user: 403, moderator: 201, admin: 201, key: 201, keyWithoutPermissions: 403 },
    ask: () => ({ body: newBook() }),
  },
  'PUT /api/v1/books/:id': {
    scope: ['books.write'],
    statuses: { nobody: 401, user: 403, moderator: 200, admin: 200, key: 200, keyWithoutPermissions: 403 },
    ask: async (scene) => {
      const optional = { category: null, isbn: null, language: null, publishedYear: null, coverUrl: null };
      return { ...(await aBook(scene)), body: { ...newBook(), ...optional } };
    },
  },
  'PATCH /api/v1/books/:id': {
    scope: ['books.write'],
    statuses: { nobody: 401, user: 403, moderator: 200, admin: 200, key: 200, keyWithoutPermissions: 403 },
    ask: async (scene) => ({ ...(await aBook(scene)), body: { title: newName() } }),
  },
  'DELETE /api/v1/books/:id': {
    scope: ['books.write'],
    statuses: { nobody: 401, user: 403, moderator: 204, admin: 204, key: 204, keyWithoutPermissions: 403 },
    ask: aBook,
  },
  'GET /api/v1/books/:id/reviews': {
    statuses: { nobody: 200, user: 200, moderator: 200, admin: 200, key: 200, keyWithoutPermissions: 200 },
    ask: aBook,
  },
  'POST /api/v1/books/:id/reviews': {
    statuses: { nobody: 401, user: 201, moderator: 201, admin: 201, key: 403, keyWithoutPermissions: 403 },
    ask: async (scene) => ({ ...(await aBook(scene)), body: { rating: 5, text: 'Good' } }),
  },
  'GET /api/v1/books/:id/reviews/:reviewId': {
    statuses: {
      nobody: 200,
      owner: 200,
      other: 200,
      moderator: 200,
      admin: 200,
      key: 200,
      keyWithoutPermissions: 200,
    },
    ask: aReview,
  },
  'GET /api/v1/books/:id/reviews/:reviewId (hidden)': {
    statuses: {
      nobody: 404,
      owner: 200,
      other: 404,
      moderator: 200,
      admin: 200,
      key: 404,
      keyWithoutPermissions: 404,
    },
    ask: aHiddenReview,
  },
  'POST /api/v1/books/:id/reviews/:reviewId/moderate': {
    statuses: {
      nobody: 401,
      owner: 403,
      other: 403,
      moderator: 200,
      admin: 200,
      key: 403,
      keyWithoutPermissions: 403,
    },
    ask: async (scene) => ({ ...(await aReview(scene)), body: { hidden: true } }),
  },
};
