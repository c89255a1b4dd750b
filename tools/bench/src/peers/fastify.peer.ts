import Fastify from 'fastify';
import { settings } from './settings.js';

/** Raw Fastify with one route. `READY`: bytes that are ready, as a cache hit of Gatehouse has them; else an object. */
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
