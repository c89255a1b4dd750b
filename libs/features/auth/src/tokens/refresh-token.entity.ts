import { Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** A refresh token that was issued. A spent one is kept, to know it when a thief or its victim comes second. */
@Entity('refresh_tokens')
@Index('refresh_tokens_session_id_idx', ['sessionId', 'spentAt'])
@Index('refresh_tokens_sealed_successor_idx', ['sessionId'], { where: 'sealed_successor IS NOT NULL' })
export class RefreshToken {
  /** SHA-256 of the token: it has 256 random bits, so there is nothing to guess and no need for a slow hash. */
  @PrimaryColumn('bytea')
  tokenHash: Buffer;

  @Column('uuid')
  @ForeignKey('sessions', { name: 'refresh_tokens_session_id_fkey', onDelete: 'CASCADE' })
  sessionId: string;

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  createdAt: Date;

  /** When it was exchanged for its successor, as exactly as the database knows. */
  @Column({ type: 'timestamptz', precision: 6, nullable: true })
  spentAt: Date | null;

  /** The successor, which the spent token itself opens; forgotten as soon as the successor is spent. */
  @Column('bytea', { nullable: true })
  sealedSuccessor: Buffer | null;
}
