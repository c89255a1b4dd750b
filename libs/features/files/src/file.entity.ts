import { Check, Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** An uploaded file. Its content is in the storage, under its id as the key. */
@Entity('files')
@Check('files_size_check', 'size >= 0')
@Index('files_owner_id_idx', ['ownerId', 'createdAt', 'id'])
export class StoredFile {
  /** UUID v7. */
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid')
  @ForeignKey('users', { onDelete: 'CASCADE' })
  ownerId: string;

  /** The client's name for the file. Only shown, never part of a path. */
  @Column('varchar', { length: 255 })
  filename: string;

  @Column('varchar', { length: 255 })
  contentType: string;

  /** Bytes. */
  @Column('integer')
  size: number;

  /** Digest of the content in hexadecimal digits. */
  @Column('char', { length: 64 })
  sha256: string;

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  createdAt: Date;
}
