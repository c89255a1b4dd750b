import { spawn } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findPostmaster } from './postmaster.js';

describe('findPostmaster', () => {
  let folder: string;
  let file: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-postmaster-'));
    file = join(folder, 'postmaster.pid');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('finds none without a file, and ignores other processes', async () => {
    expect(await findPostmaster(folder)).toBeUndefined();
    await writeFile(file, `${process.pid}\n\n\n5555\n`);
    expect(await findPostmaster(folder)).toBeUndefined();
    await expect(stat(file)).rejects.toThrow('ENOENT');
  });

  it('finds none when the process ends at any moment during the search', async () => {
    for (let i = 0; i < 60; i++) {
      const child = spawn('sleep', ['10'], { cwd: '/', stdio: 'ignore' });
      await writeFile(file, `${child.pid}\n\n\n5555\n`);
      const looks = Array.from({ length: 4 }, () => findPostmaster(folder));
      setTimeout(() => child.kill('SIGKILL'), i / 30);
      looks.push(
        findPostmaster(folder),
        rm(file, { force: true }).then(() => findPostmaster(folder)),
      );
      expect(await Promise.all(looks)).toEqual(Array(6).fill(undefined));
    }
  });
});
