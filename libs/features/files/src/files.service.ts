import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Between, type EntityManager, type Repository } from 'typeorm';
import { actor, AuditTrail } from '@gatehouse/audit';
import { Environment } from '@gatehouse/config';
import {
  BusinessRuleProblem,
  type ClientInfo,
  found,
  type Precondition,
  type Principal,
  Problem,
  UnauthenticatedProblem,
} from '@gatehouse/http';
import { Orphans } from '@gatehouse/storage';
import type { UploadedFile } from '@gatehouse/validation';
import type { FileDto } from './file.dto.js';
import { StoredFile } from './file.entity.js';
import { FilesSettings } from './files.settings.js';
import { MANAGE } from './permissions.js';

/** Also makes the uploads of a user wait for each other, so that together they keep within the quotas. */
const LOCK_OWNER = 'SELECT FROM users WHERE id = $1 FOR NO KEY UPDATE';

@Injectable()
export class FilesService {
  constructor(
    @InjectRepository(StoredFile) private readonly files: Repository<StoredFile>,
    private readonly settings: FilesSettings,
    private readonly environment: Environment,
    private readonly audit: AuditTrail,
    private readonly orphans: Orphans,
  ) {
    orphans.keep(async (first, last) => {
      const rows = await files.find({ select: { id: true }, where: { id: Between(first, last) } });
      return rows.map(({ id }) => id);
    });
  }

  /**
   * Records uploaded files, all or none. After a refusal their content is removed; when it is unknown whether the
   * transaction was committed, the job decides.
   * @throws {BusinessRuleProblem} when they exceed a quota of the caller
   */
  async create(uploads: readonly UploadedFile[], caller: Principal): Promise<FileDto[]> {
    const rows = uploads.map((upload) => ({ ...upload, ownerId: caller.id }));
    try {
      await this.files.manager.transaction(async (manager) => {
        await this.requireRoom(uploads, caller, manager);
        await manager.insert(StoredFile, rows);
      });
    } catch (error) {
      if (error instanceof Problem) await this.orphans.release(rows.map(({ id }) => id));
      throw error;
    }
    return rows.map((row) => this.toDto(row));
  }

  /** @throws {NotFoundProblem} also when the caller may not know that the file exists */
  async get(id: string, caller: Principal): Promise<StoredFile> {
    return requireAccess(await this.files.findOneBy({ id }), id, caller);
  }

  /** @throws {NotFoundProblem} also when the caller may not know that the file exists */
  async remove(id: string, caller: Principal, client: ClientInfo, ifMatch: Precondition): Promise<void> {
    await this.files.manager.transaction(async (manager) => {
      const lock = { mode: 'pessimistic_write' } as const;
      const file = requireAccess(await manager.findOne(StoredFile, { where: { id }, lock }), id, caller);
      await ifMatch.require(() => this.toDto(file));
      await manager.delete(StoredFile, id);
      if (file.ownerId === caller.id) return;
      const details = { filename: file.filename, ownerId: file.ownerId };
      await this.audit.record(
        { ...actor(caller, client), action: 'files.deleted', subjectId: id, details },
        manager,
      );
    });
    await this.orphans.release([id]);
  }

  toDto({ id, filename, contentType, size, sha256 }: Omit<StoredFile, 'createdAt'>): FileDto {
    const url = `${this.environment.basePath}/api/v1/files/${id}`;
    return { id, filename, contentType, size, sha256, url };
  }

  private async requireRoom(
    uploads: readonly UploadedFile[],
    { id: ownerId }: Principal,
    manager: EntityManager,
  ): Promise<void> {
    const owners = await manager.query<unknown[]>(LOCK_OWNER, [ownerId]);
    if (owners.length === 0) throw new UnauthenticatedProblem('User not found');
    const { FILES_MAX_COUNT: maxCount, FILES_MAX_BYTES: maxBytes } = this.settings;
    const count = await manager.countBy(StoredFile, { ownerId });
    if (count + uploads.length > maxCount)
      throw new BusinessRuleProblem(`File quota exceeded: at most ${maxCount} files per user`);
    const bytes = (await manager.sum(StoredFile, 'size', { ownerId })) ?? 0;
    if (Number(bytes) + uploads.reduce((sum, { size }) => sum + size, 0) > maxBytes)
      throw new BusinessRuleProblem(`Storage quota exceeded: at most ${maxBytes} bytes per user`);
  }

  /** A content that cannot be removed now is removed by the job. */
}

function requireAccess(file: StoredFile | null, id: string, caller: Principal): StoredFile {
  const mayKnow = file && (file.ownerId === caller.id || caller.can(MANAGE));
  return found(mayKnow ? file : null, `File ${id}`);
}
