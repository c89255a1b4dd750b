import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { JwtService } from '@nestjs/jwt';
import type { Bench } from '../bench.js';
import type { Comparison, ServerContender } from '../contender.js';
import { checkStages, type Gatehouse, startGatehouse } from '../gatehouse.js';
import { expect, send } from '../http.js';
import { paths } from '../load/paths.js';
import { bearer, secrets } from '../secrets.js';
import { ServerProcess } from '../server-process.js';

const peer = (name: string): string => fileURLToPath(new URL(`../peers/${name}.peer.js`, import.meta.url));
const request = { method: 'GET', path: 'sameList' } as const;

/** Repeated requests for the same list of 20 books: the cost of a request without any reads. */
export async function cacheHit(bench: Bench): Promise<Comparison> {
  const gatehouse = await startGatehouse(bench.database.url);
  const { text: body } = await send(gatehouse.server.url, paths.sameList(), {
    headers: bearer(gatehouse.token),
  });
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'));
  bench.onEnd(() => rm(folder, { recursive: true }));
  const bodyFile = join(folder, 'books.json');
  await writeFile(bodyFile, body);

  const startPeer = async (name: string, script: string, variables = {}): Promise<ServerContender> => {
    const token = new JwtService({ secret: secrets.jwt }).sign({ sub: 'bench' }, { expiresIn: '1d' });
    const environment = {
      NODE_ENV: 'production',
      BODY_FILE: bodyFile,
      JWT_SECRET: secrets.jwt,
      ...variables,
    };
    const server = await ServerProcess.start([peer(script)], environment);
    const contender = { name, server, request: { ...request, headers: bearer(token) } };
    return { ...contender, check: () => checkAnswer(contender, body).then(() => undefined) };
  };
  const documented = await startPeer('Nest, the documented stack', 'documented');
  return {
    title: `GET ${paths.sameList()}: a cache hit (${Buffer.byteLength(body)} bytes of JSON)`,
    base: 'Fastify, object to JSON',
    contenders: [
      await startPeer('node:http, bytes ready', 'http'),
      await startPeer('Fastify, bytes ready', 'fastify', { READY: '1' }),
      await startPeer('Fastify, object to JSON', 'fastify'),
      await startPeer('Nest on Fastify, empty handler', 'nest'),
      { ...documented, check: () => checkDocumented(documented, body) },
      hit('Gatehouse, cache hit', gatehouse, body),
      hit('… with LOG_LEVEL=info', await startGatehouse(bench.database.url, { LOG_LEVEL: 'info' }), body),
      ...(bench.redis
        ? [
            hit(
              '… with REDIS_URL',
              await startGatehouse(bench.database.url, { REDIS_URL: bench.redis.url }),
              body,
            ),
          ]
        : []),
    ],
  };
}

function hit(name: string, gatehouse: Gatehouse, body: string): ServerContender {
  const contender = {
    name,
    server: gatehouse.server,
    request: { ...request, headers: bearer(gatehouse.token) },
  };
  const check = async (): Promise<void> => {
    await checkStages(gatehouse);
    await checkAnswer(contender, body);
    const { headers } = await checkAnswer(contender, body);
    expect('X-Cache', headers.get('x-cache'), 'HIT');
  };
  return { ...contender, check };
}

async function checkDocumented(contender: ServerContender, body: string): Promise<void> {
  const { url } = contender.server;
  expect('the answer without a token', (await send(url, paths.sameList())).status, 401);
  const invalid = await send(url, '/api/v1/books?page=x', { headers: contender.request.headers });
  expect('the answer to ?page=x', invalid.status, 400);
  await checkAnswer(contender, body);
  const { headers } = await checkAnswer(contender, body);
  expect('X-Cache', headers.get('x-cache'), 'HIT');
  expect('a count of the throttler', headers.has('x-ratelimit-remaining'), true);
}

async function checkAnswer({ server, request }: Pick<ServerContender, 'server' | 'request'>, body: string) {
  const answer = await send(server.url, paths.sameList(), { headers: request.headers });
  expect('the status', answer.status, 200);
  expect('the content type', answer.headers.get('content-type')?.split(';')[0], 'application/json');
  expect('the body', answer.text, body);
  return answer;
}
