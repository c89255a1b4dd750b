import { fileURLToPath } from 'node:url';
import type { Bench } from '../bench.js';
import type { Comparison, ServerContender } from '../contender.js';
import { checkStages, type Gatehouse, POOL_SIZE, startGatehouse } from '../gatehouse.js';
import { type Answer, expect, send } from '../http.js';
import { BOOKS, paths } from '../load/paths.js';
import { bearer } from '../secrets.js';
import { ServerProcess } from '../server-process.js';

const NEW_BOOK = JSON.stringify({
  title: 'The Keeper of the Northern Gate',
  author: 'Nobody in Particular',
  description: 'A book that the bench writes again and again.',
  rating: 4.5,
  category: 'Novel',
  language: 'eng',
  publishedYear: 1999,
});

/** A number that the load, which counts its requests from 0, never reaches. */
const NEVER_SENT = 60_000_000;

/** An uncached list: two statements, for the page and the count. */
export async function uncachedList(bench: Bench): Promise<Comparison> {
  const { gatehouse, peer } = await start(bench);
  const request = { method: 'GET', path: 'newList' } as const;
  let n = NEVER_SENT;
  const check = async (): Promise<void> => {
    const [ours] = await sameAnswer(gatehouse, peer, paths.newList(n++));
    expect('X-Cache', ours.headers.get('x-cache'), 'MISS');
  };
  return {
    title: `GET ${paths.newList(1)} …: a list that is not in the cache`,
    ...contenders('uncached list', gatehouse, peer, request, check),
  };
}

/** One book by its id, which is never cached. */
export async function oneBook(bench: Bench): Promise<Comparison> {
  const { gatehouse, peer } = await start(bench);
  const check = async (): Promise<void> => {
    const [ours] = await sameAnswer(gatehouse, peer, paths.nextBook(4_711));
    expect('X-Cache', ours.headers.get('x-cache'), null);
  };
  return {
    title: 'GET /api/v1/books/{id}: one book, not cached',
    ...contenders('one book', gatehouse, peer, { method: 'GET', path: 'nextBook' }, check),
  };
}

/** A new book: a transaction of one statement, and invalidation of the cached lists. */
export async function createBook(bench: Bench): Promise<Comparison> {
  const { gatehouse, peer } = await start(bench);
  const json = { 'content-type': 'application/json' };
  const request = { method: 'POST', path: 'books', body: NEW_BOOK, headers: json } as const;
  const restore = async (): Promise<void> => {
    await bench.database.query(`DELETE FROM books WHERE id > ${BOOKS}`);
    await bench.database.query('VACUUM ANALYZE books');
  };
  const check = async (): Promise<void> => {
    const init = { method: 'POST', body: NEW_BOOK, headers: { ...json, ...bearer(gatehouse.token) } };
    const [ours, theirs] = [
      await send(gatehouse.server.url, '/api/v1/books', init),
      await send(peer.url, '/api/v1/books', init),
    ];
    for (const { status } of [ours, theirs]) expect('the status', status, 201);
    const shape = ({ text }: Answer): string =>
      JSON.stringify({ ...JSON.parse(text), id: 0, createdAt: 0, updatedAt: 0 });
    expect('the book', shape(ours), shape(theirs));
    const last = `/api/v1/books/${JSON.parse(theirs.text).id}`;
    expect('Location', theirs.headers.get('location'), last);
    await sameAnswer(gatehouse, peer, last);
    await restore();
  };
  return {
    title: 'POST /api/v1/books: a new book',
    ...contenders('new book', gatehouse, peer, request, check),
    restore,
  };
}

async function start({ database }: Bench): Promise<{ gatehouse: Gatehouse; peer: ServerProcess }> {
  const gatehouse = await startGatehouse(database.url);
  const script = fileURLToPath(new URL('../peers/sql.peer.js', import.meta.url));
  const environment = {
    NODE_ENV: 'production',
    DATABASE_URL: database.url,
    DATABASE_POOL_SIZE: String(POOL_SIZE),
  };
  return { gatehouse, peer: await ServerProcess.start([script], environment) };
}

function contenders(
  subject: string,
  gatehouse: Gatehouse,
  peer: ServerProcess,
  request: Pick<ServerContender['request'], 'method' | 'path' | 'body'> & {
    headers?: Record<string, string>;
  },
  check: () => Promise<void>,
): Pick<Comparison, 'base' | 'contenders'> {
  const sent = { ...request, headers: { ...request.headers, ...bearer(gatehouse.token) } };
  const checkAll = async (): Promise<void> => {
    await checkStages(gatehouse);
    await check();
  };
  const base = `Fastify and pg, ${subject}`;
  return {
    base,
    contenders: [
      { name: base, server: peer, request: sent, check },
      { name: `Gatehouse, ${subject}`, server: gatehouse.server, request: sent, check: checkAll },
    ],
  };
}

/** @throws {Error} when the two responses differ */
async function sameAnswer(
  gatehouse: Gatehouse,
  peer: ServerProcess,
  path: string,
): Promise<[Answer, Answer]> {
  const headers = bearer(gatehouse.token);
  const ours = await send(gatehouse.server.url, path, { headers });
  const theirs = await send(peer.url, path, { headers });
  expect('the status', ours.status, 200);
  expect('the answer of the same SQL', theirs.text, ours.text);
  return [ours, theirs];
}
