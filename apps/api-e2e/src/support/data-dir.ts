import { chown, chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A folder for the embedded database of a spec, which every user may enter. */
export class DataDir {
  private constructor(
    /** The spec's own folder: to start processes in. */
    readonly folder: string,
  ) {}

  /** @param owner who may write into it */
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

  /** The process id of the PostgreSQL that has it open, when there is one. */
  async postgres(): Promise<number | undefined> {
    const file = await readFile(join(this.path, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '');
    const pid = Number(file.split('\n')[0]);
    return pid && isAlive(pid) ? pid : undefined;
  }

  /** Ends the PostgreSQL as a crash does. */
  async killPostgres(): Promise<void> {
    const pid = await this.postgres();
    if (!pid) return;
    process.kill(pid, 'SIGKILL');
    while (isAlive(pid)) await sleep(10);
  }

  /** Removes it, with the PostgreSQL that a killed process has left behind in it. */
  async remove(): Promise<void> {
    await this.killPostgres();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

/** Whether the process exists, and has not merely not been buried. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
