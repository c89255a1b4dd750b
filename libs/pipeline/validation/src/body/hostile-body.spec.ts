import { connect } from 'node:net';
import { cpuMs } from '@gatehouse/testing';
import { describe, expect, it } from 'vitest';
import { useServer } from '../testing/use-server.js';

const use = useServer();

describe('unlucky and hostile clients', () => {
  it('survives a client that disconnects while sending, or before its body is read', async () => {
    for (const header of ['X-Fast: 1', 'X-Slow: 1']) {
      const socket = connect(use.server.port, '127.0.0.1');
      socket.write(
        `POST /books HTTP/1.1\r\nHost: x\r\n${header}\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"ti`,
      );
      await new Promise((resolve) => setTimeout(resolve, 30));
      socket.destroy();
    }
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect((await use.server.call('/books')).status).toBe(200);
    expect(use.uncaught).toEqual([]);
  });

  it.each([
    ['arrays', '['.repeat(100_000) + ']'.repeat(100_000)],
    ['a field of arrays', `{"title":${'['.repeat(100_000)}${']'.repeat(100_000)},"rating":1}`],
    ['objects', '{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000)],
    [
      'nested DTOs',
      `{"title":"a","rating":1,"items":[${'{"title":"a","parts":['.repeat(30_000)}${']}'.repeat(30_000)}]}`,
    ],
  ])('answers deep nesting of %s at once', async (_, body) => {
    const taken = await cpuMs(async () => expect((await use.server.post('/books', body)).status).toBe(422));
    expect(taken).toBeLessThan(1_000);
  });

  it('bounds the errors that it reports', async () => {
    const keys = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`k${i}`, 1]));
    const answer = await use.server.post('/books', JSON.stringify(keys));
    expect(answer.status).toBe(422);
    expect(answer.body.errors!.length).toBeLessThanOrEqual(100);
    expect(
      JSON.stringify((await use.server.post('/books', JSON.stringify({ ['k'.repeat(500_000)]: 1 }))).body)
        .length,
    ).toBeLessThan(2000);
  });
});
