import { readFile, writeFile } from 'node:fs/promises';
import { expect } from 'vitest';

const WORKSPACE = new URL('../../../../', import.meta.url);

/**
 * Compares a text with a committed file of the workspace. With `UPDATE_SNAPSHOTS` set it writes the file instead, so that
 * changes are intentional and visible in the review.
 */
export async function expectSnapshot(file: string, text: string): Promise<void> {
  const url = new URL(file, WORKSPACE);
  if (process.env['UPDATE_SNAPSHOTS']) await writeFile(url, text);
  const committed = await readFile(url, 'utf8');
  expect(text, `${file} is out of date: if the change is intended, run "npm run snapshots"`).toBe(committed);
}
