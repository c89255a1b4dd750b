import Fastify from 'fastify';
import { settings } from './settings.js';

/**
 * Plain Fastify with one route. With `READY` it sends prepared bytes, like a cache hit of Gatehouse; otherwise it
 * serialises an object.
 */
const { body, host, port } = settings;
const books: unknown = JSON.parse(body);
const app = Fastify();

if (process.env['READY']) {
  app.get('/api/v1/books', (_request, reply) => {
    reply.header('content-type', 'application/json; charset=utf-8').send(body);
  });
} else {
  app.get('/api/v1/books', () => books);
}

await app.listen({ port, host });
