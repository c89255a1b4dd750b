import { Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** A refresh token that was issued. A spent one is kept, to know it when a thief or its victim comes second. */
@Entity('refresh_tokens')
@Index('refresh_tokens_session_id_idx', ['sessionId', 'spentAt'])
export class RefreshToken {
  /** SHA-256 of the token: it has 256 random bits, so there is nothing to guess and no need for a slow hash. */
  @PrimaryColumn('bytea')
  tokenHash: Buffer;

  @Column('uuid')
  @ForeignKey('sessions', { name: 'refresh_tokens_session_id_fkey', onDelete: 'CASCADE' })
  sessionId: string;

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  createdAt: Date;

  /** When it was exchanged for its successor. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  spentAt: Date | null;
}
