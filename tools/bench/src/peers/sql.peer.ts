import Fastify from 'fastify';
import pg from 'pg';
import { settings } from './settings.js';

/**
 * Plain Fastify routes that run the statements of Gatehouse with `pg` and return the same JSON, without token,
 * permission, limit, validation and cache.
 */
const COLUMNS = `
  id, title, author, description, rating::float8 AS rating, category, isbn, language,
  published_year AS "publishedYear", cover_url AS "coverUrl", version,
  created_at AS "createdAt", updated_at AS "updatedAt"`;
const FILTER = 'WHERE published_year >= $1 AND published_year <= $2';

const pool = new pg.Pool({ connectionString: settings.databaseUrl, max: settings.poolSize });
const app = Fastify();

app.get<{ Querystring: Record<'pageSize' | 'publishedFrom' | 'publishedTo', string> }>(
  '/api/v1/books',
  async ({ query }) => {
    const pageSize = Number(query.pageSize);
    const years = [Number(query.publishedFrom), Number(query.publishedTo)];
    const [counted, items] = await Promise.all([
      pool.query<{ total: string }>(`SELECT COUNT(1) AS total FROM books ${FILTER}`, years),
      pool.query(`SELECT ${COLUMNS} FROM books ${FILTER} ORDER BY id LIMIT ${pageSize}`, years),
    ]);
    const total = Number(counted.rows[0]!.total);
    const totalPages = Math.ceil(total / pageSize);
    return { items: items.rows, total, page: 1, pageSize, totalPages, hasNext: totalPages > 1 };
  },
);

app.get<{ Params: { id: string } }>('/api/v1/books/:id', async ({ params }) => {
  const { rows } = await pool.query(`SELECT ${COLUMNS} FROM books WHERE id = $1::bigint`, [
    Number(params.id),
  ]);
  return rows[0];
});

app.post<{ Body: Record<string, unknown> }>('/api/v1/books', async ({ body }, reply) => {
  const { rows } = await pool.query<{ id: number }>(
    `INSERT INTO books (title, author, description, rating, category, language, published_year)
     VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING ${COLUMNS}`,
    [
      body['title'],
      body['author'],
      body['description'],
      body['rating'],
      body['category'],
      body['language'],
      body['publishedYear'],
    ],
  );
  reply.code(201).header('location', `/api/v1/books/${rows[0]!.id}`);
  return rows[0];
});

await app.listen({ port: settings.port, host: settings.host });
