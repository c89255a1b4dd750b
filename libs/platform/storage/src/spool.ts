import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { diskProblem } from './disk-problem.js';

/** A stream that has been read to its end. */
export interface Spooled {
  /** Open until its reader closes it. */
  file: FileHandle;
  size: number;
  /** In Base64. */
  md5: string;
}

/**
 * Collects a stream in a temporary file without a name, of which nothing is left when the process is killed.
 * @throws the error of the stream, or {@link UnavailableProblem} when the disk is full
 */
export async function spool(content: Readable): Promise<Spooled> {
  const file = await openNameless().catch((error: unknown) => {
    content.destroy();
    throw diskProblem(error);
  });
  try {
    const hash = createHash('md5');
    let size = 0;
    for await (const chunk of content as AsyncIterable<Buffer>) {
      hash.update(chunk);
      size += chunk.length;
      await file.writeFile(chunk).catch((error: unknown) => {
        throw diskProblem(error);
      });
    }
    return { file, size, md5: hash.digest('base64') };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function openNameless(): Promise<FileHandle> {
  const path = join(tmpdir(), `gatehouse-${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  await rm(path).catch(() => undefined);
  return file;
}
