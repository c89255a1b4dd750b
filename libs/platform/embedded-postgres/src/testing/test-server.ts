import { createHash } from 'node:crypto';
import { lstat, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dropLeftovers } from '@gatehouse/testing';
import { startEmbeddedPostgres } from '../embedded-postgres.js';

/**
 * One PostgreSQL for all workers of a Vitest run: that of `DATABASE_URL`, else an embedded one, whose address
 * workers find in `TEST_DATABASE_URL`. Runs of the same checkout that overlap share it; the last one ends it.
 *
 * @returns the teardown
 */
export default async function globalSetup(): Promise<() => Promise<void>> {
  const given = process.env['DATABASE_URL'];
  const server = given
    ? { url: given, stop: async () => undefined }
    : await startEmbeddedPostgres({ dataDir: await testFolder(), durable: false });
  process.env['TEST_DATABASE_URL'] = server.url;
  await dropLeftovers(server.url);
  return () => server.stop();
}

/** Kept between runs, which saves making a cluster each time; one for each checkout and user. */
async function testFolder(): Promise<string> {
  const user = process.getuid?.() ?? 0;
  const key = createHash('sha256')
    .update(`${user} ${import.meta.dirname}`)
    .digest('hex')
    .slice(0, 12);
  const folder = join(tmpdir(), `gatehouse-test-${key}`);
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const found = await lstat(folder);
  if (!found.isDirectory() || (process.getuid && found.uid !== user))
    throw new Error(`${folder} is somebody else's`);
  return folder;
}
