import { spawnSync } from 'node:child_process';
import { type ApiProcess, MAIN } from './api-process.js';
import type { DataDir } from './data-dir.js';

/** Runs the application as `npm start` does: every setting at its default, but for a port of its own. */
export const asAtHome = {
  NODE_ENV: '',
  JWT_SECRET: '',
  PAYMENT_WEBHOOK_SECRET: '',
  ARGON2_MEMORY_KIB: '',
  ARGON2_PASSES: '',
  EDGE_LIMIT: '',
  THROTTLE_DISABLED: '',
  DEVELOPMENT_DATA: '',
} as const;

export const NOBODY = { uid: 65_534, gid: 65_534 };

/** Whether root can start the application as somebody else. Without root all the specs run as an ordinary user. */
export function nobodyCanStart(): boolean {
  if (process.getuid?.() !== 0) {
    console.warn(
      'SKIPPED, since this is not root: to start as another user. All other starts are an ordinary user’s.',
    );
    return false;
  }
  const found = spawnSync(process.execPath, ['--check', MAIN], { ...NOBODY, cwd: '/' }).status === 0;
  if (!found)
    console.warn(`SKIPPED, since an ordinary user cannot read ${MAIN}: to start as an ordinary user`);
  return found;
}

/** Ends what a spec has started, in whatever state it is, and removes its data. */
export async function stopAll(started: ApiProcess[], data: DataDir): Promise<void> {
  await Promise.all(started.splice(0).map((api) => api.kill()));
  await data.remove();
}
