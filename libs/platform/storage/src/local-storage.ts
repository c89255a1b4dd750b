import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { diskProblem } from './disk-problem.js';
import { type ByteRange, firstKeyAt, requireKey, Storage } from './storage.js';

const CHUNK_BYTES = 64 * 1024;

/** Objects as files of a folder, which several processes can share. */
export class LocalStorage extends Storage {
  private readonly objects: string;
  private readonly unfinished: string;

  constructor(folder: string) {
    super();
    this.objects = join(folder, 'objects');
    this.unfinished = join(folder, 'unfinished');
  }

  async put(key: string, content: Readable): Promise<void> {
    const path = this.pathOf(key);
    const unfinished = join(this.unfinished, key);
    try {
      await makeFolder(this.unfinished);
      await makeFolder(dirname(path));
      const file = createWriteStream(unfinished, {
        mode: 0o600,
        highWaterMark: CHUNK_BYTES,
        flush: true,
      });
      await pipeline(content, file);
      await rename(unfinished, path);
      await syncFolder(dirname(path));
    } catch (error) {
      content.destroy();
      await Promise.all([unfinished, path].map((each) => rm(each, { force: true }))).catch(() => undefined);
      throw diskProblem(error);
    }
  }

  async get(key: string, range?: ByteRange): Promise<Readable | undefined> {
    try {
      const file = await open(this.pathOf(key));
      return file.createReadStream({ ...range, highWaterMark: CHUNK_BYTES });
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw diskProblem(error);
    }
  }

  async remove(key: string): Promise<void> {
    try {
      await rm(this.pathOf(key), { force: true });
    } catch (error) {
      throw diskProblem(error);
    }
  }

  async *keys(before: Date): AsyncGenerator<string> {
    const end = firstKeyAt(before);
    for (const folder of await namesIn(this.objects)) {
      for (const key of await namesIn(join(this.objects, folder))) {
        if (key >= end) return;
        yield key;
      }
    }
  }

  async removeUnfinished(before: Date): Promise<void> {
    for (const name of await namesIn(this.unfinished)) {
      const path = join(this.unfinished, name);
      const state = await stat(path).catch(() => undefined);
      if (state && state.mtime < before) await rm(path, { force: true });
    }
  }

  /** The keys of some hours share a folder, whose name is the start of their time. */
  private pathOf(key: string): string {
    requireKey(key);
    return join(this.objects, key.slice(0, 6), key);
  }
}

/** Makes a folder that survives a loss of power. */
async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 });
  if (first) await syncFolder(dirname(first));
}

/** Makes the names in a folder durable. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Sorted; none when the folder does not exist. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw diskProblem(error);
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
