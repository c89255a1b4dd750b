import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditTrail } from '@gatehouse/audit';
import type { ClientInfo } from '@gatehouse/http';
import { Mailer, MailTemplates } from '@gatehouse/mail';
import { REVOKE_SESSIONS } from '../sessions/session.sql.js';

/** The session of a spent refresh token, and its user. */
export interface SpentToken {
  id: string;
  userId: string;
  username: string;
  email: string;
  /** The successor, if this request may receive it. */
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

  /** @param manager manager of a transaction that has locked the session and found it valid */
  async endFamily(
    { id, userId, username, email }: SpentToken,
    { device, address }: ClientInfo,
    manager: EntityManager,
  ): Promise<void> {
    await manager.query(REVOKE_SESSIONS, [userId, id]);
    const details = { sessionId: id, device };
    await this.audit.record({ action: 'auth.refresh-reuse', subjectId: userId, address, details }, manager);
    const time = new Date().toISOString();
    // Without the device, which is text chosen by the thief that the mail would deliver to the victim.
    const values = { username, address: address || 'unknown', time };
    await this.mailer.queue(email, this.templates.render('refresh-reuse', values), manager);
  }
}
