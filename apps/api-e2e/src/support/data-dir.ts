import { chown, chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A folder for the embedded database of a spec, which every user may enter. */
export class DataDir {
  private constructor(
    /** The spec's folder, for starting processes. */
    readonly folder: string,
  ) {}

  /** @param owner user who may write to it */
  static async make(owner?: { uid: number; gid: number }): Promise<DataDir> {
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-start-'));
    await chmod(folder, 0o755);
    if (owner) await chown(folder, owner.uid, owner.gid);
    return new DataDir(folder);
  }

  /** For `DATA_DIR`. */
  get path(): string {
    return join(this.folder, 'data');
  }

  /** Process id of the PostgreSQL that uses it, if any. */
  async postgres(): Promise<number | undefined> {
    const file = await readFile(join(this.path, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '');
    const pid = Number(file.split('\n')[0]);
    return pid && isAlive(pid) ? pid : undefined;
  }

  /** Kills the PostgreSQL, as in a crash. */
  async killPostgres(): Promise<void> {
    const pid = await this.postgres();
    if (!pid) return;
    process.kill(pid, 'SIGKILL');
    while (isAlive(pid)) await sleep(10);
  }

  /** Removes it, after killing a PostgreSQL that a process left running. */
  async remove(): Promise<void> {
    await this.killPostgres();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

/** Whether the process exists. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
