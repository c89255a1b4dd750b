import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { EntityManager, Repository } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import type { ClientInfo, Principal } from '@gatehouse/http';
import { Jobs } from '@gatehouse/jobs';
import { CursorPageOf, Listings, PageOf } from '@gatehouse/listing';
import { AuditEventDto, auditListing, type ListAuditEventsQuery } from './audit-event.dto.js';
import { AuditEvent } from './audit-event.entity.js';
import { AuditSettings } from './audit.settings.js';

const BATCH = 5_000;

/** The table refuses deletions unless the transaction sets this. */
const ALLOW_REMOVAL = `SET LOCAL audit.allow_removal = 'on'`;

/** $1 days, $2 maximum number of rows. Plain SQL, since TypeORM's DELETE has no LIMIT. */
const REMOVE = `
  DELETE FROM audit_events WHERE id IN (
    SELECT id FROM audit_events WHERE created_at < now() - make_interval(days => $1) ORDER BY created_at LIMIT $2)`;

/** A security event as a feature records it. */
export interface AuditEntry {
  /** The feature's name, a dot, and the event, e.g. `auth.refresh-reuse`. */
  action: string;
  /** User who caused the event; absent for an anonymous caller. */
  actorId?: string | undefined;
  /** Id or name of the affected object, at most 200 characters. */
  subjectId?: string | undefined;
  /** IP address of the client. */
  address?: string | undefined;
  /** Additional details. Never a secret, token or password. */
  details?: Record<string, unknown>;
}

/** The user and address of an entry. */
export function actor({ id }: Principal, { address }: ClientInfo): Pick<AuditEntry, 'actorId' | 'address'> {
  return { actorId: id, address };
}

/** Where features record security events. */
@Injectable()
export class AuditTrail {
  constructor(
    @InjectRepository(AuditEvent) private readonly events: Repository<AuditEvent>,
    private readonly listings: Listings,
    private readonly settings: AuditSettings,
    jobs: Jobs,
  ) {
    jobs.define({ name: 'audit.forget-old', every: '41 3 * * *' }, () => this.forgetOld());
  }

  /**
   * Records an entry.
   * @param manager manager of the transaction of the event: event and entry are committed together or not at all
   */
  async record(entry: AuditEntry, manager: EntityManager = this.events.manager): Promise<void> {
    const { action, actorId = null, subjectId = null, address = null, details = {} } = entry;
    const row = { id: uuidv7(), action, actorId, subjectId, address, details: details as object };
    await manager.insert(AuditEvent, row);
  }

  async list(query: ListAuditEventsQuery): Promise<PageOf<AuditEventDto> | CursorPageOf<AuditEventDto>> {
    const { action, actorId, subjectId, from, to } = query;
    const rows = this.events.createQueryBuilder('event');
    if (action !== undefined) rows.andWhere('event.action = :action', { action });
    if (actorId !== undefined) rows.andWhere('event.actorId = :actorId', { actorId });
    if (subjectId !== undefined) rows.andWhere('event.subjectId = :subjectId', { subjectId });
    if (from !== undefined) rows.andWhere('event.createdAt >= :from', { from });
    if (to !== undefined) rows.andWhere('event.createdAt < :to', { to });
    return this.listings.list(rows, query, auditListing);
  }

  /** Deletes entries older than `AUDIT_RETENTION_DAYS`, a few thousand per transaction. */
  async forgetOld(): Promise<void> {
    let removed: number;
    do {
      removed = await this.events.manager.transaction(async (manager) => {
        await manager.query(ALLOW_REMOVAL);
        const { AUDIT_RETENTION_DAYS: days } = this.settings;
        const [, count] = await manager.query<[unknown, number]>(REMOVE, [days, BATCH]);
        return count;
      });
    } while (removed === BATCH);
  }
}
