import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { UnavailableProblem } from '@gatehouse/http';
import { v7 as uuidv7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalStorage } from './local-storage.js';
import { mayMount } from './testing/may-mount.js';

let folder: string;
let storage: LocalStorage;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-storage-'));
  storage = new LocalStorage(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const filesIn = async (root: string): Promise<string[]> => {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
};

describe('The local storage', () => {
  it('removes what a killed process left behind, once it is old enough', async () => {
    await mkdir(join(folder, 'unfinished'));
    for (const [name, age] of [
      ['old', 3_600],
      ['young', 0],
    ] as const) {
      await writeFile(join(folder, 'unfinished', name), 'half');
      const time = Date.now() / 1_000 - age;
      await utimes(join(folder, 'unfinished', name), time, time);
    }
    await storage.removeUnfinished(new Date(Date.now() - 60_000));
    expect(await filesIn(folder)).toEqual(['young']);
  });

  it('is unavailable when its folder cannot be made', async () => {
    await writeFile(join(folder, 'file'), '');
    const nowhere = new LocalStorage(join(folder, 'file', 'folder'));
    await expect(nowhere.put(uuidv7(), Readable.from(['x']))).rejects.toThrow(UnavailableProblem);
    await expect(nowhere.get(uuidv7())).rejects.toThrow(UnavailableProblem);
  });
});

const canMount = mayMount();
if (!canMount) process.stderr.write('SKIPPED, since no file system can be mounted here: a full disk\n');

describe.skipIf(!canMount)('A full disk', () => {
  beforeEach(() => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]);
  });
  afterEach(() => {
    execFileSync('umount', [folder]);
  });

  it('is 503, leaves nothing, and works again when there is room', async () => {
    const chunk = Buffer.alloc(64 * 1024, 'x');
    const tooMuch = Readable.from(Array.from({ length: 32 }, () => chunk));
    await expect(storage.put(uuidv7(), tooMuch)).rejects.toThrow(UnavailableProblem);
    expect(await filesIn(folder)).toEqual([]);
    await storage.put(uuidv7(), Readable.from([chunk]));
    expect(await filesIn(folder)).toHaveLength(1);
  });
});
