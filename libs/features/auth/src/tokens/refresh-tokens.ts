import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, IsNull, Not, Raw, type Repository } from 'typeorm';
import { AuditTrail } from '@gatehouse/audit';
import type { ClientInfo } from '@gatehouse/http';
import { Mailer, MailTemplates } from '@gatehouse/mail';
import { ProcessBus } from '@gatehouse/process-bus';
import { User } from '@gatehouse/users';
import { AuthSettings } from '../auth.settings.js';
import { refreshSecrets, sha256 } from '../opaque-secrets.js';
import { Session, SESSION_REVOKED } from '../sessions/session.entity.js';
import { endSessions } from '../sessions/sessions.service.js';
import { RefreshToken } from './refresh-token.entity.js';
import { openSuccessor, sealSuccessor } from './sealed-successor.js';

/** A session and its currently valid refresh token. */
export interface RefreshedSession {
  id: string;
  userId: string;
  refreshToken: string;
}

/** Timers fire up to a millisecond early, and the database rounds: no answer may leave within the grace period. */
const ROUNDING_MS = 5;

/**
 * $1 session id, $2 days. Spent tokens that would have expired, and those before the last 5,000; a client that
 * refreshes on expiry has fewer. Plain SQL, since TypeORM's DELETE has no ORDER BY.
 */
const FORGET_SPENT = `
  DELETE FROM refresh_tokens WHERE session_id = $1 AND spent_at < greatest(now() - make_interval(days => $2), (
    SELECT spent_at FROM refresh_tokens WHERE session_id = $1 AND spent_at IS NOT NULL
    ORDER BY spent_at DESC OFFSET 5000 LIMIT 1))`;

/** Exchanges refresh tokens. Each session has exactly one unspent token. */
@Injectable()
export class RefreshTokens {
  private readonly templates = new MailTemplates(new URL('../../mails/', import.meta.url));

  constructor(
    @InjectRepository(RefreshToken) private readonly tokens: Repository<RefreshToken>,
    private readonly settings: AuthSettings,
    private readonly audit: AuditTrail,
    private readonly mailer: Mailer,
    private readonly bus: ProcessBus,
  ) {}

  /**
   * Exchanges a refresh token for its successor. The response is delayed for a moment, and concurrent requests from
   * the same device and address receive the same one: two tabs that refresh together can both continue. A later
   * request must come from a thief or the victim, since the client already has the response: reuse ends the session.
   * @returns `undefined` when the token is unknown, spent or expired, or its session has ended
   */
  async rotate(token: string, client: ClientInfo): Promise<RefreshedSession | undefined> {
    const hash = refreshSecrets.hash(token);
    if (!hash) return undefined;
    const { session, successor } = await this.tokens.manager.transaction(async (manager) => {
      const user = await lockUser(hash, manager);
      const session = user && (await lockSession(hash, user, manager));
      if (!session) return {};
      const successor =
        (await this.spend(token, hash, session, client, manager)) ??
        (await this.repeat(token, hash, session, client, manager));
      if (!successor) await this.endFamily(user, session, client, manager);
      return { session, successor };
    });
    if (!session) return undefined;
    if (!successor) {
      await this.bus.publish(SESSION_REVOKED, session.id);
      return undefined;
    }
    await sleep(this.settings.REFRESH_GRACE_MS + ROUNDING_MS);
    return { id: session.id, userId: session.userId, refreshToken: successor };
  }

  /** @returns the successor, unless the token is spent already */
  private async spend(
    token: string,
    hash: Buffer,
    { id: sessionId }: Session,
    { device, address }: ClientInfo,
    manager: EntityManager,
  ): Promise<string | undefined> {
    if (!(await manager.existsBy(RefreshToken, { tokenHash: hash, spentAt: IsNull() }))) return undefined;
    const { REFRESH_TOKEN_TTL_DAYS: days, SESSION_MAX_DAYS: maxDays } = this.settings;
    const successor = refreshSecrets.make();
    await manager.query(FORGET_SPENT, [sessionId, days]);
    const sealed = { sessionId, sealedSuccessor: Not(IsNull()) };
    await manager.update(RefreshToken, sealed, { sealedSuccessor: null });
    // The transaction's own time is too early if it has waited for another one.
    const spent = { spentAt: () => 'clock_timestamp()', sealedSuccessor: sealSuccessor(token, successor) };
    await manager.update(RefreshToken, { tokenHash: hash }, spent);
    await manager.insert(RefreshToken, { tokenHash: sha256(successor), sessionId });
    await manager.update(Session, sessionId, {
      device,
      address,
      lastUsedAt: () => 'now()',
      expiresAt: () => `least(now() + interval '${days} days', created_at + interval '${maxDays} days')`,
    });
    return successor;
  }

  /**
   * @returns the successor of a spent token, when the request arrived before the first response was sent, from the same
   * device and address, and the successor is unspent. Delays can only make a request seem to have arrived later.
   */
  private async repeat(
    token: string,
    hash: Buffer,
    session: Session,
    { device, address, arrivedAt }: ClientInfo,
    manager: EntityManager,
  ): Promise<string | undefined> {
    if (session.device !== device || session.address !== address) return undefined;
    const grace = (this.settings.REFRESH_GRACE_MS + performance.now() - arrivedAt) / 1000;
    const isRecent = (time: string) => `${time} > statement_timestamp() - make_interval(secs => :grace)`;
    const spentAt = Raw(isRecent, { grace });
    const spent = await manager.findOneBy(RefreshToken, { tokenHash: hash, spentAt });
    return spent?.sealedSuccessor ? openSuccessor(token, spent.sealedSuccessor) : undefined;
  }

  /** Ends the session of a reused token, and notifies its user. */
  private async endFamily(
    { id: userId, username, email }: User,
    { id: sessionId }: Session,
    { device, address }: ClientInfo,
    manager: EntityManager,
  ): Promise<void> {
    await endSessions({ id: sessionId }, manager);
    const details = { sessionId, device };
    await this.audit.record({ action: 'auth.refresh-reuse', subjectId: userId, address, details }, manager);
    // Without the device, which is text chosen by the thief that the mail would deliver to the victim.
    const values = { username, address: address || 'unknown', time: new Date().toISOString() };
    await this.mailer.queue(email, this.templates.render('refresh-reuse', values), manager);
  }
}

/**
 * Locks the user of a refresh token, even though it is only read: a password change updates the user and one session
 * together, and what is read after a wait for the user is not older than that.
 */
async function lockUser(tokenHash: Buffer, manager: EntityManager): Promise<User | null> {
  return manager
    .createQueryBuilder(User, 'account')
    .innerJoin(Session, 'session', 'session.userId = account.id')
    .innerJoin(RefreshToken, 'token', 'token.sessionId = session.id')
    .where('token.tokenHash = :tokenHash AND account.isActive', { tokenHash })
    .setLock('pessimistic_read', undefined, ['account'])
    .getOne();
}

/** Locks the session of a refresh token, if it is valid. */
async function lockSession(
  tokenHash: Buffer,
  { credentialsVersion }: User,
  manager: EntityManager,
): Promise<Session | null> {
  return manager
    .createQueryBuilder(Session, 'session')
    .innerJoin(RefreshToken, 'token', 'token.sessionId = session.id')
    .where('token.tokenHash = :tokenHash', { tokenHash })
    .andWhere('session.credentialsVersion = :credentialsVersion', { credentialsVersion })
    .andWhere('session.revokedAt IS NULL AND session.expiresAt > now()')
    .setLock('pessimistic_write', undefined, ['session'])
    .getOne();
}
