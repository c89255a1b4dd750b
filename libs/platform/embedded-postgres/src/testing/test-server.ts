import { createHash } from 'node:crypto';
import { lstat, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dropLeftovers } from '@gatehouse/testing';
import { startEmbeddedPostgres } from '../embedded-postgres.js';

/**
 * One PostgreSQL for all workers of a Vitest run: that of `DATABASE_URL`, otherwise an embedded one, whose URL
 * workers find in `TEST_DATABASE_URL`. Overlapping runs of the same checkout share it; the last one stops it.
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

/** Kept between runs, which avoids creating a cluster each time; one per checkout and user. */
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
    throw new Error(`${folder} belongs to another user`);
  return folder;
}
