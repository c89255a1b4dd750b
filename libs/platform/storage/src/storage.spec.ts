import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { v7 as uuidv7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalStorage } from './local-storage.js';
import type { Storage } from './storage.js';
import { openS3 } from './testing/open-s3.js';

interface Opened {
  storage: Storage;
  /** What is stored, unfinished objects included. */
  stored(): Promise<string[]>;
  close(): Promise<void>;
}

async function openLocal(): Promise<Opened> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-storage-'));
  const stored = async (): Promise<string[]> => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries.flatMap((entry) => (entry.isFile() ? [entry.name] : [])).sort();
  };
  return {
    storage: new LocalStorage(folder),
    stored,
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

describe.each<[string, () => Promise<Opened>]>([
  ['a local disk', openLocal],
  ['S3', openS3],
])('The storage on %s', (_, open) => {
  let storage: Storage;
  let opened: Opened;
  beforeEach(async () => {
    opened = await open();
    storage = opened.storage;
  });
  afterEach(() => opened.close());

  const all = async (before: Date): Promise<string[]> => {
    const keys: string[] = [];
    for await (const key of storage.keys(before)) keys.push(key);
    return keys;
  };
  const soon = (): Date => new Date(Date.now() + 1_000);

  it('gives back what it was given, whole or in part, until it is removed', async () => {
    const key = uuidv7();
    await storage.put(key, Readable.from(['hello ', 'world']));
    expect(await text((await storage.get(key))!)).toBe('hello world');
    expect(await text((await storage.get(key, { start: 6, end: 8 }))!)).toBe('wor');
    await storage.remove(key);
    await storage.remove(key);
    expect(await storage.get(key)).toBeUndefined();
    expect(await opened.stored()).toEqual([]);
  });

  it('stores empty objects, and many at once', async () => {
    const keys = Array.from({ length: 50 }, () => uuidv7());
    await Promise.all(keys.map((key, n) => storage.put(key, Readable.from(n === 0 ? [] : [key]))));
    expect(await text((await storage.get(keys[0]!))!)).toBe('');
    expect(await text((await storage.get(keys[49]!))!)).toBe(keys[49]);
    expect(await all(soon())).toEqual(keys.toSorted());
  });

  it('stores ten megabytes', async () => {
    const [key, chunk] = [uuidv7(), Buffer.alloc(1024 * 1024, 'x')];
    await storage.put(key, Readable.from(Array<Buffer>(10).fill(chunk)));
    let size = 0;
    for await (const part of (await storage.get(key))!) size += (part as Buffer).length;
    expect(size).toBe(10 * chunk.length);
  });

  it('has no object before the stream ends, and leaves nothing of one that fails', async () => {
    const key = uuidv7();
    const content = new PassThrough();
    const storing = storage.put(key, content);
    content.write('half');
    await expect.poll(() => content.readableLength).toBe(0);
    expect(await storage.get(key)).toBeUndefined();
    expect(await all(soon())).toEqual([]);
    content.destroy(new Error('lost'));
    await expect(storing).rejects.toThrow('lost');
    expect(await opened.stored()).toEqual([]);
  });

  it('lists the keys that are old enough', async () => {
    const [old, young] = [uuidv7({ msecs: Date.now() - 3_600_000 }), uuidv7()];
    for (const key of [young, old]) await storage.put(key, Readable.from(['x']));
    expect(await all(new Date(Date.now() - 60_000))).toEqual([old]);
    expect(await all(soon())).toEqual([old, young]);
  });

  it('lists more keys than S3 gives at once', async () => {
    const keys = Array.from({ length: 1_050 }, () => uuidv7());
    for (let n = 0; n < keys.length; n += 50)
      await Promise.all(keys.slice(n, n + 50).map((key) => storage.put(key, Readable.from(['x']))));
    expect(await all(soon())).toEqual(keys.toSorted());
  });

  it.each(['../../etc/passwd', '', 'a'.repeat(300), '00000000-0000-7000-8000-00000000000/', '\0'])(
    'refuses the key %j',
    async (key) => {
      await expect(storage.get(key)).rejects.toThrow('must be a UUID');
      await expect(storage.put(key, Readable.from(['x']))).rejects.toThrow('must be a UUID');
    },
  );
});
