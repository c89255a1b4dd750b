import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiProcess, type Launch, MAIN } from '../support/api-process.js';
import { DataDir } from '../support/data-dir.js';
import { processesOf } from '../support/processes-of.js';
import { asAtHome, stopAll } from '../support/start.js';
import { SOON } from '@gatehouse/testing';

describe.skipIf(process.platform === 'win32')('Ctrl-C', () => {
  let data: DataDir;
  const started: ApiProcess[] = [];

  const launch = (options: Launch = {}): ApiProcess => {
    const api = ApiProcess.launch(
      { ...asAtHome, DATA_DIR: data.path },
      { folder: data.folder, group: true, ...options },
    );
    started.push(api);
    return api;
  };
  /** The API, its PostgreSQL and that server's processes: all whose command contains the spec's folder. */
  const left = () => processesOf(data.folder);
  const interrupt = async (api: ApiProcess) => {
    api.signalGroup('SIGINT');
    return api.exited;
  };

  beforeEach(async () => {
    data = await DataDir.make();
  });
  afterEach(() => stopAll(started, data));

  it('ends the application and its PostgreSQL, with status 0', async () => {
    const api = launch();
    await api.ready();
    expect(left()).not.toEqual([]);
    expect(await interrupt(api)).toEqual({ code: 0, signal: null });
    expect(left()).toEqual([]);
    expect(api.stderr.join('')).toBe('');
  });

  it('ends everything that a shell runs as one command, such as npm and its scripts', async () => {
    const command = `"${process.execPath}" --version && "${process.execPath}" "${MAIN}"`;
    const api = launch({ command: ['sh', '-c', command] });
    await api.ready();
    await interrupt(api);
    await vi.waitFor(() => expect([...left(), ...processesOf(MAIN, api.pid)]).toEqual([]), SOON);
  });

  it('leaves nothing behind at any moment of the first start, and reports no errors', async () => {
    for (const ms of [150, 300, 450, 600, 800, 1_000, 1_300, 1_700, 2_200, 2_800]) {
      const api = launch();
      await sleep(ms);
      const { code, signal } = await interrupt(api);
      // Before its first line of code, the process does not handle signals yet; and it may already be ready.
      expect([130, 0, 'SIGINT']).toContain(code ?? signal);
      expect(left()).toEqual([]);
      expect(api.stderr.join('')).toBe('');
    }
    await launch().ready();
  });

  it('leaves nothing behind when it is pressed twice', async () => {
    const api = launch();
    await api.ready();
    api.signalGroup('SIGINT');
    await sleep(5);
    api.signalGroup('SIGINT');
    const { code } = await api.exited;
    expect([0, 1]).toContain(code);
    expect(left()).toEqual([]);
  });

  it('leaves the PostgreSQL running for another process that uses it', async () => {
    const [first, second] = [launch(), launch()];
    await Promise.all([first.ready(), second.ready()]);
    expect(await interrupt(first)).toEqual({ code: 0, signal: null });
    expect((await second.client.get('/health/ready')).status).toBe(200);
    expect(await interrupt(second)).toEqual({ code: 0, signal: null });
    expect(left()).toEqual([]);
  });
});
