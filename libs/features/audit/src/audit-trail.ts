import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { AuditEvent } from './audit-event.entity.js';

/** A security event, as the feature tells it where it happens. */
export interface AuditEntry {
  /** The feature's root, a dot, and the event, e.g. `auth.refresh-reuse`. */
  action: string;
  /** User who did it; absent for an anonymous caller. */
  actorId?: string | undefined;
  /** Id or name of what it was done to, at most 200 characters. */
  subjectId?: string | undefined;
  /** Address of the client. */
  address?: string | undefined;
  /** What else a reader has to know. Never a secret, a token or a password. */
  details?: Record<string, unknown>;
}

/** Where features write down what happens to somebody's security. */
@Injectable()
export class AuditTrail {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * Adds an entry.
   *
   * @param manager of the transaction that the event is part of: without the event there is no entry, and without
   * the entry no event
   */
  async record(entry: AuditEntry, manager: EntityManager = this.dataSource.manager): Promise<void> {
    const { action, actorId = null, subjectId = null, address = null, details = {} } = entry;
    await manager.insert(AuditEvent, {
      id: uuidv7(),
      action,
      actorId,
      subjectId,
      address,
      details: details as object,
    });
  }
}
