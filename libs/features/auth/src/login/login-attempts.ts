import { Injectable } from '@nestjs/common';
import { Jobs } from '@gatehouse/jobs';
import { InjectRepository } from '@nestjs/typeorm';
import { Column, Entity, Index, PrimaryColumn, type Repository } from 'typeorm';

/**
 * Number of failed log-ins of one kind in the current window. Stored in PostgreSQL rather than the throttle's
 * storage, where a flood of other keys could evict the counters.
 */
@Entity('login_attempts')
@Index('login_attempts_ends_at_idx', ['endsAt'])
export class LoginAttempt {
  @PrimaryColumn('varchar', { length: 100, collation: 'C', primaryKeyConstraintName: 'login_attempts_pkey' })
  key: string;

  @Column('integer')
  count: number;

  /** End of the window that the first attempt started. */
  @Column({ type: 'timestamptz', precision: 3 })
  endsAt: Date;
}

/** The count of a key, including this attempt, and the seconds until its window ends. */
export interface Count {
  count: number;
  seconds: number;
}

/** In the order of the keys, as below, so that statements cannot deadlock. $1 keys, $2 seconds. */
const COUNT = `
  INSERT INTO login_attempts AS known (key, count, ends_at)
  SELECT key, 1, now() + make_interval(secs => $2) FROM unnest($1::text[]) AS key ORDER BY key COLLATE "C"
  ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN known.ends_at > now() THEN known.count + 1 ELSE 1 END,
    ends_at = CASE WHEN known.ends_at > now() THEN known.ends_at ELSE excluded.ends_at END
  RETURNING key, count, ceil(extract(epoch FROM ends_at - now()))::integer AS seconds`;

/** $1 keys, $2 the key among them to reset, if any. */
const GIVE_BACK = `
  UPDATE login_attempts SET count = CASE WHEN counted.key = $2 THEN 0 ELSE greatest(count - 1, 0) END
  FROM (SELECT key FROM login_attempts WHERE key = ANY($1) ORDER BY key FOR UPDATE) AS counted
  WHERE login_attempts.key = counted.key`;

/** Skips counters that are in use. */
const FORGET = `
  DELETE FROM login_attempts WHERE key IN (
    SELECT key FROM login_attempts WHERE ends_at <= now() FOR UPDATE SKIP LOCKED
  )`;

/** Counts failed log-ins, jointly for all processes. */
@Injectable()
export class LoginAttempts {
  constructor(
    @InjectRepository(LoginAttempt) private readonly attempts: Repository<LoginAttempt>,
    jobs: Jobs,
  ) {
    jobs.define({ name: 'auth.forget-login-attempts', every: '*/10 * * * *' }, () => this.forgetOld());
  }

  /**
   * Counts one attempt for each key, atomically.
   * @returns counts in the order of `keys`, which must be distinct
   */
  async count(keys: readonly string[], windowSeconds: number): Promise<Count[]> {
    const rows = await this.attempts.query<(Count & { key: string })[]>(COUNT, [keys, windowSeconds]);
    return keys.map((key) => rows.find((row) => row.key === key)!);
  }

  /**
   * Takes back a counted attempt.
   * @param cleared the key among them to reset to zero
   */
  async giveBack(keys: readonly string[], cleared?: string): Promise<void> {
    await this.attempts.query(GIVE_BACK, [keys, cleared ?? null]);
  }

  /** Deletes the counters whose window has ended. */
  async forgetOld(): Promise<void> {
    await this.attempts.query(FORGET);
  }
}
