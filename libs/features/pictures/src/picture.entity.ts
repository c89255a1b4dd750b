import { Check, Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/**
 * The cover of a book, the avatar of a user, or a smaller variant of one. Its content is in the storage, under its id
 * as the key, and never changes.
 */
@Entity('pictures')
@Check('pictures_owner_check', 'num_nonnulls(book_id, user_id, variant_of) = 1')
@Check('pictures_width_check', 'width > 0')
@Check('pictures_size_check', 'size > 0')
@Index('pictures_book_id_key', ['bookId'], { unique: true })
@Index('pictures_user_id_key', ['userId'], { unique: true })
@Index('pictures_variant_of_key', ['variantOf', 'width'], { unique: true })
export class Picture {
  /** UUID v7. */
  @PrimaryColumn('uuid')
  id: string;

  /** The book of a cover. */
  @Column('integer', { nullable: true })
  @ForeignKey('books', { onDelete: 'CASCADE' })
  bookId: number | null;

  /** The user of an avatar. */
  @Column('uuid', { nullable: true })
  @ForeignKey('users', { onDelete: 'CASCADE' })
  userId: string | null;

  /** The picture of which this is a variant. */
  @Column('uuid', { nullable: true })
  @ForeignKey('pictures', { onDelete: 'CASCADE' })
  variantOf: string | null;

  /** Pixels. */
  @Column('smallint')
  width: number;

  @Column('varchar', { length: 20 })
  contentType: string;

  /** Bytes. */
  @Column('integer')
  size: number;

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  createdAt: Date;
}

/** Whose picture it is. */
export type Owner = { bookId: number } | { userId: string };
