import { dirname, join } from 'node:path';
import { createTestDatabase } from '@gatehouse/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ApiProcess, MAIN } from '../support/api-process.js';
import { DataDir } from '../support/data-dir.js';
import { asAtHome, stopAll } from '../support/start.js';

let data: DataDir;
const started: ApiProcess[] = [];

const launch = (file: string): ApiProcess => {
  const api = ApiProcess.launch(
    { ...asAtHome, DATA_DIR: data.path, LOG_LEVEL: 'info' },
    { folder: data.folder, command: [process.execPath, join(dirname(MAIN), file)] },
  );
  started.push(api);
  return api;
};

beforeEach(async () => {
  data = await DataDir.make();
});
afterEach(() => stopAll(started, data));

const ended = async (api: ApiProcess) => {
  expect(await api.exited).toEqual({ code: 0, signal: null });
  expect(api.output).toMatch(/^PostgreSQL \d+\.\d+ started on/);
  expect(api.output).not.toContain('EPIPE');
  expect(await data.postgres()).toBeUndefined();
};

it('a command ends cleanly when its output is closed', async () => {
  const command = launch('commands/routes.js');
  await expect.poll(() => command.output).toContain('PostgreSQL');
  command.closeOutput();
  await ended(command);
});

it('the application continues when its output is closed', async () => {
  const api = launch('main.js');
  await api.ready();
  const { client } = api;
  api.closeOutput();
  for (let i = 0; i < 3; i++) expect((await client.get('/openapi.json')).status).toBe(200);
  api.signal('SIGTERM');
  await ended(api);
});

it('migrations are run, reported and reverted', { timeout: 60_000 }, async () => {
  const database = await createTestDatabase();
  const run = async (command: string, ...parameters: string[]): Promise<string[]> => {
    const file = join(dirname(MAIN), `commands/${command}.js`);
    const process = ApiProcess.launch(
      { DATABASE_URL: database.url },
      { folder: data.folder, command: [globalThis.process.execPath, file, ...parameters] },
    );
    started.push(process);
    expect(await process.exited).toEqual({ code: 0, signal: null });
    return process.output.trimEnd().split('\n');
  };
  const migrated = await run('generate', 'nothing');
  expect(migrated.pop()).toMatch(/^Nothing has changed/);
  const names = migrated.map((line) => line.replace('Migrated: ', ''));
  const last = names.pop();
  expect(await run('revert')).toEqual([`Reverted: ${last}`]);
  expect(await run('status')).toEqual([...names.map((name) => `done    ${name}`), `pending ${last}`]);
  await database.drop();
});
