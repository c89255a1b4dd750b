import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createTestDatabase } from '@gatehouse/testing';
import { expect, it, onTestFinished } from 'vitest';
import { ApiProcess } from '../support/api-process.js';
import { print } from '../support/print.js';
import { watchMemory } from '../support/resident-memory.js';

const BYTES = 200_000_000;
const CHUNK = Buffer.alloc(64 * 1024, 'a long stream; ');
const GROWTH_MB = 50;

it.skipIf(process.platform !== 'linux')('digests 200 MB in constant memory', async () => {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  const api = await ApiProcess.start({ DATABASE_URL: database.url });
  onTestFinished(async () => void (await api.stop()));
  const token = await api.client.tokenOf('demo');

  const send = async (bytes: number) => {
    const hash = createHash('sha256');
    function* chunks(): Generator<Buffer> {
      for (let left = bytes; left > 0; left -= CHUNK.length) {
        const chunk = CHUNK.subarray(0, left);
        hash.update(chunk);
        yield chunk;
      }
    }
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' };
    const request = httpRequest(`${api.url}/api/v1/stream`, { method: 'POST', agent: false, headers });
    const answered = once(request, 'response');
    await pipeline(Readable.from(chunks()), request);
    const [response] = (await answered) as [IncomingMessage];
    const body = JSON.parse(await text(response));
    expect([response.statusCode, body]).toMatchObject([200, { bytes, sha256: hash.digest('hex') }]);
  };
  // Warm-up, so that compilation and the young generation are not counted as costs of a long stream.
  await send(BYTES);
  const { growth, seconds } = await watchMemory(api.pid, () => send(BYTES));
  print(`POST /stream of 200 MB: ${seconds.toFixed(1)} s, ${growth.toFixed(1)} MB more`);
  expect(growth).toBeLessThan(GROWTH_MB);
});
