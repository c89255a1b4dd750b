import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Environment } from '@gatehouse/config';
import { ProcessBus } from '@gatehouse/database';
import type { User } from '@gatehouse/users';
import { hashRefreshSecret, newRefreshSecret } from './refresh-secret.js';
import { OPEN_SESSION, REVOKE_FAMILY_OF_SPENT, REVOKE_SESSION, ROTATE } from './session.sql.js';
import { SESSION_REVOKED } from './session-revoked.js';

/** A log-in, and the one refresh token that is good for it now. */
export interface OpenSession {
  id: string;
  userId: string;
  refreshToken: string;
}

/** Keeps log-ins: each is a family of refresh tokens, of which exactly one is unspent. */
@Injectable()
export class SessionsService {
  private readonly days: number;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly bus: ProcessBus,
    environment: Environment,
  ) {
    this.days = environment.REFRESH_TOKEN_TTL_DAYS;
  }

  /**
   * @param user as when the password was checked
   * @returns `undefined` when the password has been changed, or the user disabled or deleted, since then
   */
  async open({ id: userId, credentialsVersion }: User): Promise<OpenSession | undefined> {
    const id = uuidv7();
    const refreshToken = newRefreshSecret();
    const hash = hashRefreshSecret(refreshToken);
    const rows = await this.dataSource.query<unknown[]>(OPEN_SESSION, [
      id,
      userId,
      credentialsVersion,
      hash,
      this.days,
    ]);
    return rows.length > 0 ? { id, userId, refreshToken } : undefined;
  }

  /**
   * Exchanges a refresh token for its successor. Of any number of simultaneous exchanges of one token, one
   * succeeds; the others are reuse, which nobody but a thief or its victim commits, and ends the session.
   *
   * @returns `undefined` when the token is unknown, spent or expired, or its session is over
   */
  async rotate(refreshToken: string): Promise<OpenSession | undefined> {
    const hash = hashRefreshSecret(refreshToken);
    if (!hash) return undefined;
    const successor = newRefreshSecret();
    const [renewed] = await this.dataSource.query<{ id: string; userId: string }[]>(ROTATE, [
      hash,
      hashRefreshSecret(successor),
      this.days,
    ]);
    if (renewed) return { ...renewed, refreshToken: successor };
    await this.punishReuse(hash);
    return undefined;
  }

  /** Ends a session. When this resolves, no process accepts its tokens any more. */
  async revoke(id: string): Promise<void> {
    await this.dataSource.query(REVOKE_SESSION, [id]);
    await this.bus.publish(SESSION_REVOKED, id);
  }

  private async punishReuse(hash: Buffer): Promise<void> {
    const [revoked] = await this.dataSource.query<{ id: string }[]>(REVOKE_FAMILY_OF_SPENT, [hash]);
    if (revoked) await this.bus.publish(SESSION_REVOKED, revoked.id);
  }
}
