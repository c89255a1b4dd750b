import { Injectable } from '@nestjs/common';
import { DataSource, EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { AuditTrail } from '@gatehouse/audit';
import { type ClientInfo, NotFoundProblem, type Precondition, type Principal } from '@gatehouse/http';
import { Jobs } from '@gatehouse/jobs';
import { ProcessBus } from '@gatehouse/process-bus';
import type { User } from '@gatehouse/users';
import type { SessionDto } from './session.dto.js';
import {
  FORGET_SESSIONS,
  LIST_SESSIONS,
  OPEN_SESSION,
  REVOKE_COOKIE_SESSION,
  REVOKE_SESSIONS,
} from './session.sql.js';
import type { SessionKind } from './session.entity.js';
import { SESSION_REVOKED, SESSIONS_REVOKED } from '../auth.topics.js';
import { AuthSettings } from '../auth.settings.js';

/** Parameters of a new session. */
export interface NewSession {
  kind: SessionKind;
  /** Hash of the cookie's secret, or of the first refresh token. */
  secretHash: Buffer;
  /** Hash of the secret of a cookie in the request, whose session ends. */
  replaces?: Buffer | undefined;
}

/** Manages sessions. Each end is audited, and known to every process when the promise resolves. */
@Injectable()
export class SessionsService {
  private readonly days: number;

  constructor(
    private readonly dataSource: DataSource,
    private readonly audit: AuditTrail,
    private readonly bus: ProcessBus,
    { REFRESH_TOKEN_TTL_DAYS, SESSION_MAX_DAYS }: AuthSettings,
    jobs: Jobs,
  ) {
    jobs.define({ name: 'auth.forget-sessions', every: '23 * * * *' }, async () => {
      await dataSource.query(FORGET_SESSIONS);
    });
    this.days = Math.min(REFRESH_TOKEN_TTL_DAYS, SESSION_MAX_DAYS);
  }

  /**
   * @param user the user when the password was checked
   * @returns the session's id; `undefined` when the password was changed, or the user disabled or deleted, since then
   */
  async open(
    { id: userId, credentialsVersion }: User,
    { kind, secretHash, replaces }: NewSession,
    client: ClientInfo,
  ): Promise<string | undefined> {
    const { device, address } = client;
    const values = [uuidv7(), userId, credentialsVersion, kind, secretHash, device, address, this.days];
    const { opened, crowded, replaced } = await this.dataSource.transaction(async (manager) => {
      const [session] = await manager.query<{ id: string; crowded: number }[]>(OPEN_SESSION, values);
      if (!session) return {};
      const details = { sessionId: session.id, kind, device };
      await this.audit.record(
        { action: 'auth.login', actorId: userId, subjectId: userId, address, details },
        manager,
      );
      const replaced = replaces && (await this.revokeCookie(replaces, client, manager));
      return { opened: session.id, crowded: session.crowded, replaced };
    });
    if (crowded) await this.bus.publish(SESSIONS_REVOKED, userId);
    if (replaced) await this.bus.publish(SESSION_REVOKED, replaced);
    return opened;
  }

  /** The caller's sessions, most recently used first. */
  async list({ id, sessionId }: Principal): Promise<SessionDto[]> {
    const sessions = await this.dataSource.query<Omit<SessionDto, 'current'>[]>(LIST_SESSIONS, [id]);
    return sessions.map((session) => ({ ...session, current: session.id === sessionId }));
  }

  /** Ends the session of the caller's credentials. */
  async logOut({ id: userId, sessionId }: Principal, client: ClientInfo): Promise<void> {
    if (!sessionId) return;
    await this.end('auth.logout', userId, sessionId, client);
    await this.bus.publish(SESSION_REVOKED, sessionId);
  }

  /** @throws {NotFoundProblem} when the caller has no such session */
  async revoke({ id: userId }: Principal, sessionId: string, client: ClientInfo): Promise<void> {
    const ended = await this.end('auth.session-revoked', userId, sessionId, client);
    if (ended === 0) throw new NotFoundProblem('Session not found');
    await this.bus.publish(SESSION_REVOKED, sessionId);
  }

  /** Ends all sessions of the caller. */
  async revokeAll(caller: Principal, client: ClientInfo, ifMatch?: Precondition): Promise<void> {
    const { id: userId } = caller;
    await ifMatch?.require(() => this.list(caller));
    await this.end('auth.session-revoked', userId, null, client);
    await this.bus.publish(SESSIONS_REVOKED, userId);
  }

  /**
   * @param sessionId `null` for all sessions of the user
   * @returns the number of ended sessions
   */
  private end(
    action: string,
    userId: string,
    sessionId: string | null,
    { address }: ClientInfo,
  ): Promise<number> {
    return this.dataSource.transaction(async (manager) => {
      const { length } = await manager.query<unknown[]>(REVOKE_SESSIONS, [userId, sessionId]);
      const details = sessionId ? { sessionId } : { sessions: length };
      const entry = { action, actorId: userId, subjectId: userId, address, details };
      if (length > 0) await this.audit.record(entry, manager);
      return length;
    });
  }

  private async revokeCookie(
    secretHash: Buffer,
    { address }: ClientInfo,
    manager: EntityManager,
  ): Promise<string | undefined> {
    const [ended] = await manager.query<{ id: string; userId: string }[]>(REVOKE_COOKIE_SESSION, [
      secretHash,
    ]);
    if (!ended) return undefined;
    const { id: sessionId, userId } = ended;
    const details = { sessionId, replaced: true };
    await this.audit.record(
      { action: 'auth.session-revoked', actorId: userId, subjectId: userId, address, details },
      manager,
    );
    return sessionId;
  }
}
