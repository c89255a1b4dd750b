// needs: books
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiProcess, type Launch } from '../support/api-process.js';
import { DataDir } from '../support/data-dir.js';
import { print } from '../support/print.js';
import { asAtHome, NOBODY, nobodyCanStart, stopAll } from '../support/start.js';

const book = { title: 'Kept', author: 'A. Writer', description: 'Written before the end.', rating: 4 };

describe('starting with nothing but Node', () => {
  let data: DataDir;
  const started: ApiProcess[] = [];

  const launch = (options: Launch = {}): ApiProcess => {
    const api = ApiProcess.launch({ ...asAtHome, DATA_DIR: data.path }, { folder: data.folder, ...options });
    started.push(api);
    return api;
  };
  /** Starts, and measures the time until it is ready. */
  const start = async (name: string, options?: Launch): Promise<{ api: ApiProcess; ms: number }> => {
    const startedAt = performance.now();
    const api = launch(options);
    await api.ready();
    const ms = performance.now() - startedAt;
    print(`${name}: ready after ${Math.round(ms)} ms`);
    return { api, ms };
  };
  const createBook = async ({ client }: ApiProcess): Promise<string> => {
    const { status, headers } = await client.send('POST', '/api/v1/books', {
      token: await client.tokenOf('admin'),
      body: book,
    });
    expect(status).toBe(201);
    return headers['location']!;
  };

  beforeEach(async () => {
    data = await DataDir.make();
  });
  afterEach(() => stopAll(started, data));

  it('is ready soon, creates development data once and reports it, and is ready sooner the next time', async () => {
    const first = await start('first start');
    expect(first.api.output).toMatch(
      /Creating development data: users\n[^]*Creating development data: books\n/,
    );
    expect(first.api.output).toContain(
      'Log in as admin, moderator or demo, each with the password Passw0rd.',
    );
    for (const username of ['admin', 'moderator', 'demo']) await first.api.client.tokenOf(username);
    const { body: before } = await first.api.client.get('/api/v1/books');
    expect(before.total).toBeGreaterThan(0);
    expect(await first.api.stop()).toEqual({ code: 0, signal: null });
    expect(await data.postgres()).toBeUndefined();

    const second = await start('second start');
    expect(second.ms).toBeLessThan(first.ms);
    expect(second.api.output).not.toContain('Creating development data');
    expect((await second.api.client.get('/api/v1/books')).body.total).toBe(before.total);
  });

  it('restarts after a kill -9, with the PostgreSQL left behind, and has lost nothing', async () => {
    const { api } = await start('first start');
    const path = await createBook(api);
    await api.kill();
    const left = await data.postgres();
    expect(left).toBeDefined();

    const next = await start('start after kill -9');
    expect(await data.postgres()).toBe(left);
    expect((await next.api.client.get(path)).body).toMatchObject(book);
    expect(await next.api.stop()).toEqual({ code: 0, signal: null });
    expect(await data.postgres()).toBeUndefined();
  });

  it('restarts after a kill -9 of itself and of PostgreSQL, and has lost nothing', async () => {
    const { api } = await start('first start');
    const path = await createBook(api);
    await api.kill();
    await data.killPostgres();

    const next = await start('start after kill -9 of both');
    expect((await next.api.client.get(path)).body).toMatchObject(book);
  });

  it('survives a kill -9 at any moment of its first start', async () => {
    for (const ms of [100, 300, 500, 700, 900, 1_200, 1_600, 2_000]) {
      const api = launch();
      await new Promise((resolve) => setTimeout(resolve, ms));
      await api.kill();
    }
    const { api } = await start('start after eight that were killed half-way');
    for (const username of ['admin', 'moderator', 'demo']) await api.client.tokenOf(username);
    expect((await api.client.get('/api/v1/books')).body.total).toBeGreaterThan(0);
  });

  it.skipIf(!nobodyCanStart())('works as an ordinary user', async () => {
    await data.remove();
    data = await DataDir.make(NOBODY);
    const { api } = await start('first start as an ordinary user', { user: NOBODY });
    await createBook(api);
    expect(await api.stop()).toEqual({ code: 0, signal: null });
    expect(await data.postgres()).toBeUndefined();
  });
});
