import { Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** A log-in: the family of the refresh tokens that descend from it, and of the access tokens issued with them. */
@Entity('sessions')
@Index('sessions_user_id_idx', ['userId', 'createdAt'])
export class Session {
  /** UUID v7. Access tokens carry it as `sid`. */
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid')
  @ForeignKey('users', { name: 'sessions_user_id_fkey', onDelete: 'CASCADE' })
  userId: string;

  /** The user's `credentialsVersion` at log-in. The session is over as soon as they differ. */
  @Column('integer')
  credentialsVersion: number;

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  createdAt: Date;

  /** Log-in or last refresh. */
  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  lastUsedAt: Date;

  /** Moves with every refresh. */
  @Column({ type: 'timestamptz', precision: 3 })
  expiresAt: Date;

  /** Set by logout, and when a spent refresh token is used again. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  revokedAt: Date | null;
}
