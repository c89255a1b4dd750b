import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { UnavailableProblem } from '@gatehouse/http';
import { v7 as uuidv7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalStorage } from './local-storage.js';

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
const all = async (before: Date): Promise<string[]> => {
  const keys: string[] = [];
  for await (const key of storage.keys(before)) keys.push(key);
  return keys;
};
const soon = (): Date => new Date(Date.now() + 1_000);

describe('The local storage', () => {
  it('gives back what it was given, whole or in part, until it is removed', async () => {
    const key = uuidv7();
    await storage.put(key, Readable.from(['hello ', 'world']));
    expect(await text((await storage.get(key))!)).toBe('hello world');
    expect(await text((await storage.get(key, { start: 6, end: 8 }))!)).toBe('wor');
    await storage.remove(key);
    await storage.remove(key);
    expect(await storage.get(key)).toBeUndefined();
    expect(await filesIn(folder)).toEqual([]);
  });

  it('stores empty objects, and many at once', async () => {
    const keys = Array.from({ length: 50 }, () => uuidv7());
    await Promise.all(keys.map((key, n) => storage.put(key, Readable.from(n === 0 ? [] : [key]))));
    expect(await text((await storage.get(keys[0]!))!)).toBe('');
    expect(await text((await storage.get(keys[49]!))!)).toBe(keys[49]);
    expect(await all(soon())).toEqual(keys.toSorted());
  });

  it('has no object before the stream ends, and leaves nothing of one that fails', async () => {
    const key = uuidv7();
    const content = new PassThrough();
    const storing = storage.put(key, content);
    content.write('half');
    await expect.poll(() => filesIn(folder)).toEqual([key]);
    expect(await storage.get(key)).toBeUndefined();
    expect(await all(soon())).toEqual([]);
    content.destroy(new Error('lost'));
    await expect(storing).rejects.toThrow('lost');
    expect(await filesIn(folder)).toEqual([]);
  });

  it('lists the keys that are old enough', async () => {
    const [old, young] = [uuidv7({ msecs: Date.now() - 3_600_000 }), uuidv7()];
    for (const key of [young, old]) await storage.put(key, Readable.from(['x']));
    expect(await all(new Date(Date.now() - 60_000))).toEqual([old]);
    expect(await all(soon())).toEqual([old, young]);
  });

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

  it.each(['../../etc/passwd', '', 'a'.repeat(300), '00000000-0000-7000-8000-00000000000/', '\0'])(
    'refuses the key %j',
    async (key) => {
      await expect(storage.get(key)).rejects.toThrow('must be a UUID');
      await expect(storage.put(key, Readable.from(['x']))).rejects.toThrow('must be a UUID');
    },
  );

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

function mayMount(): boolean {
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
