import { Injectable, Logger } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Between, type Repository } from 'typeorm';
import { Jobs } from '@gatehouse/jobs';
import { firstKeyAt, Storage } from '@gatehouse/storage';
import { StoredFile } from './file.entity.js';

export const REMOVE_ORPHANS = 'files.remove-orphans';

export const orphanLimits = {
  /** Milliseconds after which an upload is certainly over. Tests set less. */
  ageMs: 24 * 3_600_000,
};

const BATCH = 1_000;
const FIRST = '00000000-0000-0000-0000-000000000000';

/** Compares the storage with the table: objects without a row are removed, rows without an object are reported. */
@Injectable()
export class Orphans {
  private readonly logger = new Logger(Orphans.name);

  constructor(
    @InjectRepository(StoredFile) private readonly files: Repository<StoredFile>,
    private readonly storage: Storage,
    jobs: Jobs,
  ) {
    jobs.define({ name: REMOVE_ORPHANS, every: '23 * * * *' }, () => this.remove());
  }

  async remove(): Promise<void> {
    const before = new Date(Date.now() - orphanLimits.ageMs);
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
    const rows = await this.files.find({ select: { id: true }, where: { id: Between(after, last) } });
    const recorded = new Set(rows.map(({ id }) => id));
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
