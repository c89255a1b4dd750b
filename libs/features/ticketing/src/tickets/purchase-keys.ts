import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { MoreThan, type Repository } from 'typeorm';
import { notNullViolation, type Statement } from '@gatehouse/database';
import { ValidationProblem } from '@gatehouse/http';
import { Jobs } from '@gatehouse/jobs';
import { PurchaseKey } from '../entities/purchase-key.entity.js';

/** A request with its key. */
export interface KeyedRequest {
  callerId: string;
  key: string;
  categoryId: string;
  sessionId: string;
  userId: string;
}

const LIFE_MS = 24 * 3_600_000;

/**
 * $1: the claims as a JSON array, $2: time before which a claim has expired. An expired claim is taken over; a valid
 * one would be left without a ticket, which the table refuses. Ordered by key, so that transactions cannot deadlock.
 */
const CLAIM = `
  INSERT INTO ticketing_purchase_keys AS known (user_id, key, request_hash, ticket_id)
  SELECT * FROM json_to_recordset($1::json) AS new (user_id uuid, key varchar, request_hash varchar, ticket_id uuid)
  ORDER BY user_id, key COLLATE "C"
  ON CONFLICT (user_id, key) DO UPDATE
    SET request_hash = excluded.request_hash, created_at = now(),
      ticket_id = CASE WHEN known.created_at <= $2 THEN excluded.ticket_id END`;

/** Skips keys that a sale is taking over. */
const FORGET = `
  DELETE FROM ticketing_purchase_keys known USING (
    SELECT user_id, key FROM ticketing_purchase_keys WHERE created_at <= $1 FOR UPDATE SKIP LOCKED
  ) old
  WHERE known.user_id = old.user_id AND known.key = old.key AND known.created_at <= $1`;

/** Tickets bought with an `Idempotency-Key`, for 24 hours. */
@Injectable()
export class PurchaseKeys {
  constructor(
    @InjectRepository(PurchaseKey) private readonly keys: Repository<PurchaseKey>,
    jobs: Jobs,
  ) {
    jobs.define({ name: 'ticketing.forget-purchase-keys', every: '17 * * * *' }, () => this.forgetOld());
  }

  /**
   * Returns the ticket that was bought with the key.
   * @throws {ValidationProblem} when the earlier request was different
   */
  async ticketOf(request: KeyedRequest): Promise<string | undefined> {
    const known = await this.keys.findOneBy({
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
   * Returns the statement that binds keys to new tickets, in the transaction that creates them. It waits for
   * transactions with the same keys, and fails with an error that {@link isKeyTaken} recognises when a key is taken.
   * @param tickets no two with the same key of the same caller
   * @returns no statement when no ticket has a key
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

  /** Deletes expired keys. */
  async forgetOld(): Promise<void> {
    await this.keys.query(FORGET, [oldest()]);
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
