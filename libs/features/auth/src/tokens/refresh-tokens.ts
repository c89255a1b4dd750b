import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { DataSource, EntityManager } from 'typeorm';
import type { ClientInfo } from '@gatehouse/http';
import { ProcessBus } from '@gatehouse/process-bus';
import { refreshSecrets } from '../opaque-secrets.js';
import { RefreshReuse, type SpentToken } from './refresh-reuse.js';
import { FIND_SPENT, LOCK_FAMILY, ROTATE } from './refresh-token.sql.js';
import { openSuccessor, sealSuccessor } from './sealed-successor.js';
import { SESSION_REVOKED } from '../auth.topics.js';
import { AuthSettings } from '../auth.settings.js';

/** A session and its currently valid refresh token. */
export interface RefreshedSession {
  id: string;
  userId: string;
  refreshToken: string;
}

/** Timers fire up to a millisecond early, and the database rounds: no answer may leave within the grace period. */
const ROUNDING_MS = 5;

/** Exchanges refresh tokens. Each session has exactly one unspent token. */
@Injectable()
export class RefreshTokens {
  constructor(
    private readonly dataSource: DataSource,
    private readonly settings: AuthSettings,
    private readonly reuse: RefreshReuse,
    private readonly bus: ProcessBus,
  ) {}

  /**
   * Exchanges a refresh token for its successor. The response is delayed for a moment, and concurrent requests from
   * the same device and address receive the same one: two tabs that refresh together can both continue. A later
   * request must come from a thief or the victim, since the client already has the response: reuse ends the session.
   * @returns `undefined` when the token is unknown, spent or expired, or its session has ended
   */
  async rotate(refreshToken: string, client: ClientInfo): Promise<RefreshedSession | undefined> {
    const hash = refreshSecrets.hash(refreshToken);
    if (!hash) return undefined;
    const exchanged =
      (await this.spend(refreshToken, hash, client)) ?? (await this.repeat(refreshToken, hash, client));
    if (exchanged) await sleep(this.settings.REFRESH_GRACE_MS + ROUNDING_MS);
    return exchanged;
  }

  private async spend(
    refreshToken: string,
    hash: Buffer,
    { device, address }: ClientInfo,
  ): Promise<RefreshedSession | undefined> {
    const successor = refreshSecrets.make();
    const { REFRESH_TOKEN_TTL_DAYS, SESSION_MAX_DAYS } = this.settings;
    const [renewed] = await this.dataSource.query<{ id: string; userId: string }[]>(ROTATE, [
      hash,
      refreshSecrets.hash(successor),
      sealSuccessor(refreshToken, successor),
      device,
      address,
      REFRESH_TOKEN_TTL_DAYS,
      SESSION_MAX_DAYS,
    ]);
    return renewed && { ...renewed, refreshToken: successor };
  }

  private async repeat(
    refreshToken: string,
    hash: Buffer,
    client: ClientInfo,
  ): Promise<RefreshedSession | undefined> {
    const spent = await this.dataSource.transaction(async (manager) => {
      await manager.query(LOCK_FAMILY, [hash]);
      const found = await this.findSpent(hash, client, manager);
      if (found && !found.sealedSuccessor) await this.reuse.endFamily(found, client, manager);
      return found;
    });
    if (!spent) return undefined;
    const { id, userId, sealedSuccessor } = spent;
    if (sealedSuccessor) return { id, userId, refreshToken: openSuccessor(refreshToken, sealedSuccessor) };
    await this.bus.publish(SESSION_REVOKED, id);
    return undefined;
  }

  private async findSpent(
    hash: Buffer,
    { device, address, arrivedAt }: ClientInfo,
    manager: EntityManager,
  ): Promise<SpentToken | undefined> {
    const milliseconds = this.settings.REFRESH_GRACE_MS + performance.now() - arrivedAt;
    const values = [hash, device, address, milliseconds / 1000];
    const [found] = await manager.query<SpentToken[]>(FIND_SPENT, values);
    return found;
  }
}
