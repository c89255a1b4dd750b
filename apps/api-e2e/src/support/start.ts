import { spawnSync } from 'node:child_process';
import { type ApiProcess, MAIN } from './api-process.js';
import type { DataDir } from './data-dir.js';

/** Resets the settings of the specs to the defaults of `npm start`, except for the port. */
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

/** Whether the application can be started as another user: requires root, and files that the user may read. */
export function nobodyCanStart(): boolean {
  if (process.getuid?.() !== 0) {
    console.warn(
      'SKIPPED, since this is not root: starting as another user. All other starts run as an ordinary user.',
    );
    return false;
  }
  const found = spawnSync(process.execPath, ['--check', MAIN], { ...NOBODY, cwd: '/' }).status === 0;
  if (!found)
    console.warn(`SKIPPED, since an ordinary user cannot read ${MAIN}: starting as an ordinary user`);
  return found;
}

/** Kills a spec's processes and removes their data. */
export async function stopAll(started: ApiProcess[], data: DataDir): Promise<void> {
  await Promise.all(started.splice(0).map((api) => api.kill()));
  await data.remove();
}
