import { Agent, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { logScope } from '@gatehouse/text';
import { expect, it } from 'vitest';
import { Lines, specServer } from '../testing/spec-server.js';
import { createLogger } from './logger.js';
import { PinoLogger } from './pino-logger.js';

it('adds the id of the request or job to its log lines, and to no others', async () => {
  const lines = new Lines();
  Logger.overrideLogger(new PinoLogger(createLogger('info', lines)));
  const service = new Logger('Service');
  const work = async (name: string): Promise<void> => {
    service.log(`${name} begins`);
    await sleep(Math.random() * 20);
    service.warn(`${name} ends`);
  };

  const server = specServer([]);
  server.post<{ Body: { name: string } }>('/', async ({ body }) => work(body.name).then(() => ({})));
  await server.listen({ port: 0, host: '127.0.0.1' });
  const { port } = server.server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true, maxSockets: 3 });
  const ask = (id: string) =>
    new Promise<string>((resolve, reject) => {
      const headers = { 'content-type': 'application/json' };
      const sent = request({ port, host: '127.0.0.1', method: 'POST', agent, headers });
      sent
        .on('error', reject)
        .on('response', (response) =>
          response.on('end', () => resolve(String(response.headers['x-request-id']))).resume(),
        );
      sent.end(JSON.stringify({ name: id }));
    });
  const ids = Array.from({ length: 30 }, (_, i) => `request-${i}`);
  const job = logScope.run({ jobId: 'job-1' }, () => work('job-1'));
  const [answers] = await Promise.all([Promise.all(ids.map(ask)), job, work('nobody')]);
  agent.destroy();
  await server.close();

  const told = (name: string) => lines.all.filter(({ msg }) => String(msg).startsWith(`${name} `));
  expect(new Set(answers).size).toBe(ids.length);
  for (const [i, id] of ids.entries())
    expect(told(id).map(({ requestId, jobId }) => [requestId, jobId])).toEqual(
      Array.from({ length: 2 }, () => [answers[i], undefined]),
    );
  expect(told('job-1').map(({ requestId, jobId }) => [requestId, jobId])).toEqual(
    Array.from({ length: 2 }, () => [undefined, 'job-1']),
  );
  expect(told('nobody').map(({ requestId, jobId }) => requestId ?? jobId)).toEqual([undefined, undefined]);
  expect(lines.texts.every((text) => text.split('"requestId"').length <= 2)).toBe(true);
});
