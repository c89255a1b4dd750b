import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { PaymentEvent } from '../provider/payment-provider.js';
import { SandboxDelivery } from './sandbox-delivery.entity.js';
import { writeSandboxEvent } from './sandbox-event.js';

/** A delivery that this process, and no other one, is to make now. */
export type ClaimedDelivery = Pick<SandboxDelivery, 'paymentId' | 'body' | 'attempts'>;

/** Seconds after which a delivery that was claimed and never settled is due again: its process was killed. */
const LEASE_SECONDS = 60;

const MAX_ERROR_LENGTH = 1000;

/** $1 most deliveries, $2 seconds. */
const CLAIM = `
  WITH due AS (
    SELECT payment_id FROM sandbox_deliveries WHERE next_attempt_at <= now()
    ORDER BY next_attempt_at LIMIT $1 FOR UPDATE SKIP LOCKED
  ), claimed AS (
    UPDATE sandbox_deliveries
    SET attempts = attempts + 1, next_attempt_at = now() + make_interval(secs => $2)
    FROM due WHERE sandbox_deliveries.payment_id = due.payment_id
    RETURNING sandbox_deliveries.*
  )
  SELECT payment_id AS "paymentId", body, attempts FROM claimed`;

/** $1 payment, $2 attempts when it was claimed, $3 error, $4 seconds until the next attempt, or null to give up. */
const POSTPONE = `
  UPDATE sandbox_deliveries SET error = $3, next_attempt_at = now() + make_interval(secs => $4)
  WHERE payment_id = $1 AND attempts = $2`;

/** The calls of the webhook that wait. Any number of processes may take from it at once. */
@Injectable()
export class SandboxDeliveries {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Queues a call of the webhook, unless the same payment waits already. */
  async queue(event: Omit<PaymentEvent, 'details'>): Promise<void> {
    const { paymentId, checkoutId } = event;
    await this.dataSource.manager
      .createQueryBuilder()
      .insert()
      .into(SandboxDelivery)
      .values({ paymentId, checkoutId, body: writeSandboxEvent(event) })
      .orIgnore()
      .execute();
  }

  /** Whether a call for this checkout waits. */
  isWaiting(checkoutId: string): Promise<boolean> {
    return this.dataSource.manager.existsBy(SandboxDelivery, { checkoutId });
  }

  claim(most: number): Promise<ClaimedDelivery[]> {
    return this.dataSource.query<ClaimedDelivery[]>(CLAIM, [most, LEASE_SECONDS]);
  }

  async remove({ paymentId }: ClaimedDelivery): Promise<void> {
    await this.dataSource.manager.delete(SandboxDelivery, { paymentId });
  }

  /** @param seconds until the next attempt; `undefined` gives it up and keeps it */
  async postpone({ paymentId, attempts }: ClaimedDelivery, error: string, seconds?: number): Promise<void> {
    const text = error.replaceAll('\0', '').slice(0, MAX_ERROR_LENGTH);
    await this.dataSource.query(POSTPONE, [paymentId, attempts, text, seconds ?? null]);
  }
}
