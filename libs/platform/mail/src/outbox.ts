import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Jobs } from '@gatehouse/jobs';
import { Mail } from './mail.entity.js';

/** A mail that this process, and no other one, is to send now. */
export type ClaimedMail = Pick<Mail, 'id' | 'recipient' | 'subject' | 'text' | 'html' | 'attempts'>;

/** Seconds after which a mail that was claimed and never settled is due again: its process was killed. */
export const LEASE_SECONDS = 300;

const MAX_ERROR_LENGTH = 1000;

/** $1 most mails, $2 seconds. The lease is written before anything is sent, so it outlives the process. */
const CLAIM = `
  WITH due AS (
    SELECT id FROM mails WHERE next_attempt_at <= now()
    ORDER BY next_attempt_at LIMIT $1 FOR UPDATE SKIP LOCKED
  ), claimed AS (
    UPDATE mails SET attempts = attempts + 1, next_attempt_at = now() + make_interval(secs => $2)
    FROM due WHERE mails.id = due.id
    RETURNING mails.*
  )
  SELECT id, recipient, subject, text, html, attempts FROM claimed`;

/** $1 id, $2 attempts when it was claimed, $3 error, $4 seconds until the next attempt, or null to give up. */
const POSTPONE = `
  UPDATE mails SET error = $3, next_attempt_at = now() + make_interval(secs => $4)
  WHERE id = $1 AND attempts = $2`;

/** The mails that were given up, once their reason has been there to read for a month. */
const FORGET = `DELETE FROM mails WHERE next_attempt_at IS NULL AND created_at < now() - interval '30 days'`;

/** The mails that wait. Any number of processes may take from it at once. */
@Injectable()
export class Outbox {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    jobs: Jobs,
  ) {
    jobs.define({ name: 'mail.forget-given-up', every: '51 4 * * *' }, async () => {
      await dataSource.query(FORGET);
    });
  }

  /** Takes mails that are due: for the length of the lease nobody else gets them. */
  claim(most: number): Promise<ClaimedMail[]> {
    return this.dataSource.query<ClaimedMail[]>(CLAIM, [most, LEASE_SECONDS]);
  }

  /** Removes a mail that was sent: it may hold a token. */
  async remove(id: string): Promise<void> {
    await this.dataSource.query(`DELETE FROM mails WHERE id = $1`, [id]);
  }

  /**
   * Notes why a mail was not sent. One that somebody else has claimed since is left to them.
   *
   * @param seconds until the next attempt; `undefined` gives it up and keeps it
   */
  async postpone({ id, attempts }: ClaimedMail, error: string, seconds?: number): Promise<void> {
    const text = error.replaceAll('\0', '').slice(0, MAX_ERROR_LENGTH);
    await this.dataSource.query(POSTPONE, [id, attempts, text, seconds ?? null]);
  }

  /** How many mails are still to be sent. */
  async waiting(): Promise<number> {
    const [row] = await this.dataSource.query<{ count: string }[]>(
      `SELECT count(*) FROM mails WHERE next_attempt_at IS NOT NULL`,
    );
    return Number(row!.count);
  }
}
