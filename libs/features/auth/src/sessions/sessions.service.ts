import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, type FindOptionsWhere, In, IsNull, Raw, type Repository } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { AuditTrail } from '@gatehouse/audit';
import { type ClientInfo, NotFoundProblem, type Precondition, type Principal } from '@gatehouse/http';
import { Jobs } from '@gatehouse/jobs';
import { ProcessBus } from '@gatehouse/process-bus';
import { clientAddress } from '@gatehouse/throttle';
import { User } from '@gatehouse/users';
import { AuthSettings } from '../auth.settings.js';
import { RefreshToken } from '../tokens/refresh-token.entity.js';
import { type SessionDto, toSessionDto } from './session.dto.js';
import { Session, SESSION_REVOKED, type SessionKind, SESSIONS_REVOKED } from './session.entity.js';

/**
 * $1 user id. Expired sessions, and all but 999: revoked ones first, then the least recently used. Plain SQL, since
 * TypeORM's DELETE has no ORDER BY.
 */
const REMOVE_CROWDED = `
  DELETE FROM sessions WHERE user_id = $1 AND (expires_at < now() OR id IN (
    SELECT id FROM sessions WHERE user_id = $1
    ORDER BY revoked_at IS NULL DESC, last_used_at DESC, id DESC OFFSET 999
  )) RETURNING expires_at > now() AS "isLive"`;

/** Expired sessions, except those in use by another transaction. */
const FORGET_EXPIRED = `
  DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at < now() FOR UPDATE SKIP LOCKED)`;

/** An id that no user has, so that an unknown name costs the same query. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Parameters of a new session. */
export interface NewSession {
  kind: SessionKind;
  /** Hash of the cookie's secret, or of the first refresh token. */
  secretHash: Buffer;
  /** Hash of the secret of a cookie in the request, whose session ends. */
  replaces?: Buffer | undefined;
}

/**
 * Manages sessions. Each end is audited, and known to every process when the promise resolves. Rows are locked in the
 * order user, session, refresh token, the same order as when a user is deleted, so no deadlock is possible.
 */
@Injectable()
export class SessionsService {
  private readonly days: number;

  constructor(
    @InjectRepository(Session) private readonly sessions: Repository<Session>,
    private readonly audit: AuditTrail,
    private readonly bus: ProcessBus,
    { REFRESH_TOKEN_TTL_DAYS, SESSION_MAX_DAYS }: AuthSettings,
    jobs: Jobs,
  ) {
    jobs.define({ name: 'auth.forget-sessions', every: '23 * * * *' }, async () => {
      await sessions.query(FORGET_EXPIRED);
    });
    this.days = Math.min(REFRESH_TOKEN_TTL_DAYS, SESSION_MAX_DAYS);
  }

  /**
   * @param user the user when the password was checked
   * @returns the session's id; `undefined` when the password was changed, or the user disabled or deleted, since then
   */
  async open(user: User, session: NewSession, client: ClientInfo): Promise<string | undefined> {
    const id = uuidv7();
    const opened = await this.sessions.manager.transaction(async (manager) => {
      if (!(await isUnchanged(user, manager))) return undefined;
      const [removed] = await manager.query<[{ isLive: boolean }[]]>(REMOVE_CROWDED, [user.id]);
      await this.insert(id, user, session, client, manager);
      const replaced = session.replaces && (await this.replace(session.replaces, client, manager));
      return { isCrowded: removed.some(({ isLive }) => isLive), replaced };
    });
    if (!opened) return undefined;
    if (opened.isCrowded) await this.bus.publish(SESSIONS_REVOKED, user.id);
    if (opened.replaced) await this.bus.publish(SESSION_REVOKED, opened.replaced);
    return id;
  }

  /** The caller's sessions, most recently used first. */
  async list({ id, sessionId }: Principal): Promise<SessionDto[]> {
    const sessions = await this.sessions
      .createQueryBuilder('session')
      .innerJoin(User, 'user', 'user.id = session.userId')
      .where('user.id = :id AND user.credentialsVersion = session.credentialsVersion', { id })
      .andWhere('session.revokedAt IS NULL AND session.expiresAt > now()')
      .orderBy('session.lastUsedAt', 'DESC')
      .addOrderBy('session.id', 'DESC')
      .getMany();
    return sessions.map((session) => toSessionDto(session, sessionId));
  }

  /**
   * Whether the user has logged in from a network, as far as the sessions are kept.
   * @param network the client's network as used by limits
   */
  async hasNetwork(userId: string | undefined, network: string): Promise<boolean> {
    const addresses = await this.sessions
      .createQueryBuilder('session')
      .select('DISTINCT session.address', 'address')
      .where('session.userId = :userId', { userId: userId ?? NOBODY })
      .getRawMany<{ address: string }>();
    // Old sessions may have no address, which must not match clients without one.
    return addresses.some(({ address }) => address && clientAddress(address) === network);
  }

  /** Ends the session of the caller's credentials. */
  async logOut({ id: userId, sessionId: id }: Principal, client: ClientInfo): Promise<void> {
    if (!id) return;
    await this.end('auth.logout', { id, userId }, client);
    await this.bus.publish(SESSION_REVOKED, id);
  }

  /** @throws {NotFoundProblem} when the caller has no such session */
  async revoke({ id: userId }: Principal, id: string, client: ClientInfo): Promise<void> {
    const ended = await this.end('auth.session-revoked', { id, userId }, client);
    if (ended === 0) throw new NotFoundProblem('Session not found');
    await this.bus.publish(SESSION_REVOKED, id);
  }

  /** Ends all sessions of the caller. */
  async revokeAll(caller: Principal, client: ClientInfo, ifMatch?: Precondition): Promise<void> {
    await ifMatch?.require(() => this.list(caller));
    await this.end('auth.session-revoked', { userId: caller.id }, client);
    await this.bus.publish(SESSIONS_REVOKED, caller.id);
  }

  /** @returns the number of ended sessions */
  private end(
    action: string,
    { id, userId }: { id?: string; userId: string },
    { address }: ClientInfo,
  ): Promise<number> {
    return this.sessions.manager.transaction(async (manager) => {
      const { length } = await endSessions(id ? { id, userId } : { userId }, manager);
      const details = id ? { sessionId: id } : { sessions: length };
      const entry = { action, actorId: userId, subjectId: userId, address, details };
      if (length > 0) await this.audit.record(entry, manager);
      return length;
    });
  }

  private async insert(
    id: string,
    { id: userId, credentialsVersion }: User,
    { kind, secretHash }: NewSession,
    { device, address }: ClientInfo,
    manager: EntityManager,
  ): Promise<void> {
    const expiresAt = () => `now() + interval '${this.days} days'`;
    const isCookie = kind === 'cookie';
    const session = { id, userId, credentialsVersion, kind, device, address, expiresAt };
    await manager.insert(Session, { ...session, secretHash: isCookie ? secretHash : null });
    if (!isCookie) await manager.insert(RefreshToken, { tokenHash: secretHash, sessionId: id });
    const details = { sessionId: id, kind, device };
    const entry = { action: 'auth.login', actorId: userId, subjectId: userId, address, details };
    await this.audit.record(entry, manager);
  }

  /** Ends the session of a cookie. */
  private async replace(secretHash: Buffer, { address }: ClientInfo, manager: EntityManager) {
    const [ended] = await endSessions({ secretHash }, manager);
    if (!ended) return undefined;
    const { id, userId } = ended;
    const details = { sessionId: id, replaced: true };
    const entry = { action: 'auth.session-revoked', actorId: userId, subjectId: userId, address, details };
    await this.audit.record(entry, manager);
    return id;
  }
}

/** Whether a user is as when the password was checked. Keeps the user until the transaction ends. */
async function isUnchanged({ id, credentialsVersion }: User, manager: EntityManager): Promise<boolean> {
  const where = { id, credentialsVersion, isActive: true };
  const lock = { mode: 'for_key_share' } as const;
  return (await manager.findOne(User, { select: { id: true }, where, lock })) !== null;
}

/** Ends sessions, and returns those that had not ended before. */
export async function endSessions(
  where: FindOptionsWhere<Session>,
  manager: EntityManager,
): Promise<Session[]> {
  const live = await manager.find(Session, {
    where: { ...where, revokedAt: IsNull(), expiresAt: Raw((time) => `${time} > now()`) },
    // In one order, so that two transactions that end the same sessions cannot deadlock.
    order: { id: 'ASC' },
    lock: { mode: 'pessimistic_write' },
  });
  const ids = live.map(({ id }) => id);
  if (live.length > 0) await manager.update(Session, { id: In(ids) }, { revokedAt: () => 'now()' });
  return live;
}
