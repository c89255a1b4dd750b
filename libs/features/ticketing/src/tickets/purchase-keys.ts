import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, EntityManager, MoreThan } from 'typeorm';
import { ValidationProblem } from '@gatehouse/http';
import { PurchaseKey } from './purchase-key.entity.js';

/** What was asked for under a key. */
export interface KeyedRequest {
  callerId: string;
  key: string;
  categoryId: string;
  sessionId: string;
  userId: string;
}

const LIFE_MS = 24 * 3_600_000;

/** A younger claim is left alone, an older one is taken over. */
const CLAIM = `
  INSERT INTO ticketing_purchase_keys AS known (user_id, key, request_hash, ticket_id) VALUES ($1, $2, $3, $4)
  ON CONFLICT (user_id, key) DO UPDATE
    SET request_hash = excluded.request_hash, ticket_id = excluded.ticket_id, created_at = now()
    WHERE known.created_at <= $5
  RETURNING 1`;

/** Which ticket a user has bought with which `Idempotency-Key`, for 24 hours. */
@Injectable()
export class PurchaseKeys {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * The ticket that was bought with the key before.
   *
   * @throws {ValidationProblem} when something else was asked for then
   */
  async ticketOf(request: KeyedRequest): Promise<string | undefined> {
    const known = await this.dataSource.manager.findOneBy(PurchaseKey, {
      userId: request.callerId,
      key: request.key,
      createdAt: MoreThan(oldest()),
    });
    if (known && known.requestHash !== hashOf(request)) {
      const message = 'Idempotency-Key was used for another request';
      throw new ValidationProblem([{ path: 'Idempotency-Key', code: 'reused', message }]);
    }
    return known?.ticketId;
  }

  /**
   * Binds the key to a new ticket. Waits for a transaction that is doing the same.
   *
   * @returns whether it was free
   */
  async claim(request: KeyedRequest, ticketId: string, manager: EntityManager): Promise<boolean> {
    const rows = await manager.query<unknown[]>(CLAIM, [
      request.callerId,
      request.key,
      hashOf(request),
      ticketId,
      oldest(),
    ]);
    return rows.length > 0;
  }

  /** Forgets the keys that are too old to count. */
  async forgetOld(): Promise<void> {
    await this.dataSource.query('DELETE FROM ticketing_purchase_keys WHERE created_at <= $1', [oldest()]);
  }
}

function oldest(): Date {
  return new Date(Date.now() - LIFE_MS);
}

function hashOf({ categoryId, sessionId, userId }: KeyedRequest): string {
  return createHash('sha256')
    .update(JSON.stringify([categoryId, sessionId, userId]))
    .digest('base64url');
}
