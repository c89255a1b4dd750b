import { Check, Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** `token`: access and refresh tokens; `cookie`: a secret in a browser's cookie. */
export type SessionKind = 'token' | 'cookie';

/**
 * A session, which starts with a log-in: either a family of refresh tokens and the access tokens issued with them, or
 * the cookie of a browser.
 */
@Entity('sessions')
@Check('sessions_kind_check', `kind IN ('token', 'cookie')`)
@Check('sessions_secret_hash_check', `(kind = 'cookie') = (secret_hash IS NOT NULL)`)
@Index('sessions_user_id_idx', ['userId', 'createdAt'])
@Index('sessions_secret_hash_key', ['secretHash'], { unique: true })
export class Session {
  /** UUID v7. Access tokens carry it as `sid`. */
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid')
  @ForeignKey('users', { name: 'sessions_user_id_fkey', onDelete: 'CASCADE' })
  userId: string;

  @Column('varchar', { length: 10, default: 'token' })
  kind: SessionKind;

  /** SHA-256 of the cookie's secret. */
  @Column('bytea', { nullable: true })
  secretHash: Buffer | null;

  /** The user's `credentialsVersion` at log-in. The session ends once they differ. */
  @Column('integer')
  credentialsVersion: number;

  /** `User-Agent` of the last log-in, refresh or cookie look-up. */
  @Column('varchar', { length: 300, default: '' })
  device: string;

  /** IP address of the same request. */
  @Column('varchar', { length: 45, default: '' })
  address: string;

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  createdAt: Date;

  /** Time of the log-in, last refresh, or last cookie look-up. */
  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  lastUsedAt: Date;

  /** Extended by every use, up to `SESSION_MAX_DAYS` after the log-in. */
  @Column({ type: 'timestamptz', precision: 3 })
  expiresAt: Date;

  /** Set when the user ends it, or when a spent refresh token is reused. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  revokedAt: Date | null;
}

/** Process bus topic: the session with this id has ended; its cached principals are invalid. */
export const SESSION_REVOKED = 'session-revoked';

/** Process bus topic: all sessions of the user with this id have ended. */
export const SESSIONS_REVOKED = 'sessions-revoked';
