import { Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** An issued refresh token. Spent ones are kept to detect their reuse. */
@Entity('refresh_tokens')
@Index('refresh_tokens_session_id_idx', ['sessionId', 'spentAt'])
@Index('refresh_tokens_sealed_successor_idx', ['sessionId'], { where: 'sealed_successor IS NOT NULL' })
export class RefreshToken {
  /** SHA-256 of the token: its 256 random bits cannot be guessed, so no slow hash is needed. */
  @PrimaryColumn('bytea')
  tokenHash: Buffer;

  @Column('uuid')
  @ForeignKey('sessions', { name: 'refresh_tokens_session_id_fkey', onDelete: 'CASCADE' })
  sessionId: string;

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  createdAt: Date;

  /** When it was exchanged for its successor, with the full precision of the database. */
  @Column({ type: 'timestamptz', precision: 6, nullable: true })
  spentAt: Date | null;

  /** The successor, encrypted with the spent token; deleted once the successor is spent. */
  @Column('bytea', { nullable: true })
  sealedSuccessor: Buffer | null;
}
