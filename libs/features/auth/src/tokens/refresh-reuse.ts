import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditTrail } from '@gatehouse/audit';
import type { Client } from '@gatehouse/http';
import { Mailer, MailTemplates } from '@gatehouse/mail';
import { REVOKE_SESSIONS } from '../sessions/session.sql.js';

/** A spent refresh token's session, and whose it is. */
export interface SpentToken {
  id: string;
  userId: string;
  username: string;
  email: string;
  /** The successor, when this request may have it. */
  sealedSuccessor: Buffer | null;
}

/** Answers the use of a spent refresh token: the log-in ends, and its user is notified. */
@Injectable()
export class RefreshReuse {
  private readonly templates = new MailTemplates(new URL('../../mails/', import.meta.url));

  constructor(
    private readonly audit: AuditTrail,
    private readonly mailer: Mailer,
  ) {}

  /** @param manager of a transaction that has locked the session, and found it good */
  async endFamily(
    { id, userId, username, email }: SpentToken,
    { device, address }: Client,
    manager: EntityManager,
  ): Promise<void> {
    await manager.query(REVOKE_SESSIONS, [userId, id]);
    const details = { sessionId: id, device };
    await this.audit.record({ action: 'auth.refresh-reuse', subjectId: userId, address, details }, manager);
    const time = new Date().toISOString();
    // Not the device: that is text of the thief's own choice, and the mail would carry it to the victim.
    const values = { username, address: address || 'unknown', time };
    await this.mailer.queue(email, this.templates.render('refresh-reuse', values), manager);
  }
}
