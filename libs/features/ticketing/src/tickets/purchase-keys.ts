import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource, MoreThan } from 'typeorm';
import { notNullViolation, type Statement } from '@gatehouse/database';
import { ValidationProblem } from '@gatehouse/http';
import { PurchaseKey } from '../entities/purchase-key.entity.js';

/** What was asked for under a key. */
export interface KeyedRequest {
  callerId: string;
  key: string;
  categoryId: string;
  sessionId: string;
  userId: string;
}

const LIFE_MS = 24 * 3_600_000;

/**
 * $1: the claims as a JSON array, $2: when a claim is too old to count. An older one is taken over; a younger one would
 * be left without a ticket, which the table refuses. In the order of the keys, so that no two transactions wait for
 * each other.
 */
const CLAIM = `
  INSERT INTO ticketing_purchase_keys AS known (user_id, key, request_hash, ticket_id)
  SELECT * FROM json_to_recordset($1::json) AS new (user_id uuid, key varchar, request_hash varchar, ticket_id uuid)
  ORDER BY user_id, key COLLATE "C"
  ON CONFLICT (user_id, key) DO UPDATE
    SET request_hash = excluded.request_hash, created_at = now(),
      ticket_id = CASE WHEN known.created_at <= $2 THEN excluded.ticket_id END`;

/** Leaves to the next time what a sale is taking over. */
const FORGET = `
  DELETE FROM ticketing_purchase_keys known USING (
    SELECT user_id, key FROM ticketing_purchase_keys WHERE created_at <= $1 FOR UPDATE SKIP LOCKED
  ) old
  WHERE known.user_id = old.user_id AND known.key = old.key AND known.created_at <= $1`;

/** Which ticket a user has bought with which `Idempotency-Key`, for 24 hours. */
@Injectable()
export class PurchaseKeys {
  constructor(private readonly dataSource: DataSource) {}

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
   * The statement that binds keys to new tickets, in the transaction that makes them. It waits for transactions that are doing the
   * same, and fails with what {@link isKeyTaken} knows when a key is not free.
   *
   * @param tickets no two under the same key of the same caller
   * @returns none when none of them has a key
   */
  claimStatements(tickets: { id: string; request: KeyedRequest | undefined }[]): Statement[] {
    const claims = tickets.flatMap(({ id, request }) =>
      request
        ? [{ user_id: request.callerId, key: request.key, request_hash: hashOf(request), ticket_id: id }]
        : [],
    );
    if (claims.length === 0) return [];
    return [{ text: CLAIM, values: [JSON.stringify(claims), oldest()] }];
  }

  /** Forgets the keys that are too old to count. */
  async forgetOld(): Promise<void> {
    await this.dataSource.query(FORGET, [oldest()]);
  }
}

/** Whether a transaction was undone because another purchase has just used its key. */
export function isKeyTaken(error: unknown): boolean {
  return notNullViolation(error) === 'ticketing_purchase_keys.ticket_id';
}

function oldest(): Date {
  return new Date(Date.now() - LIFE_MS);
}

function hashOf({ categoryId, sessionId, userId }: KeyedRequest): string {
  return createHash('sha256')
    .update(JSON.stringify([categoryId, sessionId, userId]))
    .digest('base64url');
}
