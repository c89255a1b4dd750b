import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import type { RefundRequest } from './provider/payment-provider.js';

/** A refund that this process, and no other one, is to make now. */
export interface ClaimedRefund extends RefundRequest {
  attempts: number;
}

/** Seconds after which a refund that was claimed and never settled is due again: its process was killed. */
const LEASE_SECONDS = 120;

const MAX_ERROR_LENGTH = 1000;

/** $1 most refunds, $2 seconds, $3 provider. The lease is written before the provider is called. */
const CLAIM = `
  WITH due AS (
    SELECT id FROM payments WHERE refund_next_attempt_at <= now() AND provider = $3
    ORDER BY refund_next_attempt_at LIMIT $1 FOR UPDATE SKIP LOCKED
  ), claimed AS (
    UPDATE payments
    SET refund_attempts = refund_attempts + 1, refund_next_attempt_at = now() + make_interval(secs => $2)
    FROM due WHERE payments.id = due.id
    RETURNING payments.*
  )
  SELECT id, provider_payment_id AS "paymentId", amount_cents AS "amountCents", currency,
    refund_attempts AS attempts
  FROM claimed`;

/** $1 id, $2 the provider's id. Also of one whose lease is over: that it was made is certain. */
const SETTLE = `
  UPDATE payments SET refund = 'refunded', refunded_at = now(), provider_refund_id = $2,
    refund_next_attempt_at = NULL, refund_error = NULL
  WHERE id = $1 AND refund <> 'refunded' RETURNING id`;

/** $1 id, $2 attempts when it was claimed, $3 error, $4 seconds until the next attempt, or null to give up. */
const POSTPONE = `
  UPDATE payments SET refund_error = $3, refund_next_attempt_at = now() + make_interval(secs => $4),
    refund = CASE WHEN $4::float8 IS NULL THEN 'failed' ELSE 'due' END
  WHERE id = $1 AND refund_attempts = $2 AND refund = 'due' RETURNING id`;

/** The refunds that wait. Any number of processes may take from it at once. */
@Injectable()
export class DueRefunds {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Takes refunds that are due: for the length of the lease nobody else gets them. */
  claim(most: number, provider: string): Promise<ClaimedRefund[]> {
    return this.dataSource.query<ClaimedRefund[]>(CLAIM, [most, LEASE_SECONDS, provider]);
  }

  /** @returns whether it was not settled yet */
  async settle({ id }: ClaimedRefund, providerRefundId: string, manager: EntityManager): Promise<boolean> {
    const [rows] = await manager.query<[unknown[], number]>(SETTLE, [id, providerRefundId]);
    return rows.length > 0;
  }

  /**
   * Notes why a refund was not made. One that somebody else has claimed since is left to them.
   *
   * @param seconds until the next attempt; `undefined` gives it up
   * @returns whether it was noted
   */
  async postpone(
    { id, attempts }: ClaimedRefund,
    error: string,
    seconds: number | undefined,
    manager: EntityManager,
  ): Promise<boolean> {
    const text = error.replaceAll('\0', '').slice(0, MAX_ERROR_LENGTH);
    const values = [id, attempts, text, seconds ?? null];
    const [rows] = await manager.query<[unknown[], number]>(POSTPONE, values);
    return rows.length > 0;
  }
}
