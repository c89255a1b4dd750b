import { Injectable, Logger } from '@nestjs/common';
import { Jobs } from '@gatehouse/jobs';
import { firstKeyAt, Storage } from './storage.js';

export const REMOVE_ORPHANS = 'storage.remove-orphans';

/** Hours after which an upload is certainly over. */
const AGE_HOURS = 24;

const BATCH = 1_000;
const FIRST = '00000000-0000-0000-0000-000000000000';

/** Returns the keys of the objects that rows of a table describe, from the first to the last key, both included. */
type RecordedKeys = (first: string, last: string) => Promise<string[]>;

/** Compares the storage with the tables: objects without a row are removed, rows without an object are reported. */
@Injectable()
export class Orphans {
  private readonly logger = new Logger(Orphans.name);
  private readonly owners: RecordedKeys[] = [];

  constructor(
    private readonly storage: Storage,
    jobs: Jobs,
  ) {
    jobs.define({ name: REMOVE_ORPHANS, every: '23 * * * *' }, () => this.remove());
  }

  /** Keeps the objects of a table. Whoever stores objects calls it at start. */
  keep(recorded: RecordedKeys): void {
    this.owners.push(recorded);
  }

  /** Removes objects whose rows are gone. Those that cannot be removed now are left to the job. */
  async release(keys: readonly string[]): Promise<void> {
    for (const result of await Promise.allSettled(keys.map((key) => this.storage.remove(key))))
      if (result.status === 'rejected')
        this.logger.warn({ msg: 'A stored file is left to the job', err: result.reason as unknown });
  }

  private async remove(): Promise<void> {
    const before = new Date(Date.now() - AGE_HOURS * 3_600_000);
    await this.storage.removeUnfinished(before);
    let after = FIRST;
    let keys: string[] = [];
    for await (const key of this.storage.keys(before)) {
      if (keys.push(key) < BATCH) continue;
      await this.compare(keys, after, key);
      after = key;
      keys = [];
    }
    await this.compare(keys, after, firstKeyAt(before));
  }

  /** Both are in ascending order, so each step compares the same part of both. */
  private async compare(keys: readonly string[], after: string, last: string): Promise<void> {
    const recorded = new Set((await Promise.all(this.owners.map((owner) => owner(after, last)))).flat());
    const stored = new Set(keys);
    const orphans = keys.filter((key) => !recorded.has(key));
    for (const key of orphans) await this.storage.remove(key);
    if (orphans.length > 0) this.logger.log(`Removed ${orphans.length} stored files that nobody owns`);
    const missing = [...recorded].filter((id) => id !== after && !stored.has(id));
    if (missing.length > 0)
      this.logger.error({
        msg: `The content of ${missing.length} files is missing`,
        ids: missing.slice(0, 20),
      });
  }
}
