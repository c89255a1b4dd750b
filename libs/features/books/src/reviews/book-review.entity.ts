import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  ForeignKey,
  Index,
  PrimaryColumn,
  Unique,
  UpdateDateColumn,
} from 'typeorm';

/** A user's review of a book. Book and user are referred to by id; foreign keys delete the review with either. */
@Entity('book_reviews')
@Unique('book_reviews_book_id_user_id_key', ['bookId', 'userId'])
@Index('book_reviews_user_id_idx', ['userId'])
@Index('book_reviews_created_at_idx', ['bookId', 'createdAt', 'id'], { where: 'NOT hidden' })
@Index('book_reviews_rating_idx', ['bookId', 'rating', 'id'], { where: 'NOT hidden' })
@Check('book_reviews_rating_check', 'rating BETWEEN 1 AND 5')
@Check('book_reviews_text_check', 'char_length(text) <= 2000')
export class BookReview {
  /** UUID v7. */
  @PrimaryColumn('uuid')
  id: string;

  @Column('integer')
  @ForeignKey('books', { name: 'book_reviews_book_id_fkey', onDelete: 'CASCADE' })
  bookId: number;

  @Column('uuid')
  @ForeignKey('users', { name: 'book_reviews_user_id_fkey', onDelete: 'CASCADE' })
  userId: string;

  /** 1 to 5. */
  @Column('smallint')
  rating: number;

  @Column('text')
  text: string;

  /** Whether a moderator has hidden it from the public list. */
  @Column('boolean', { default: false })
  hidden: boolean;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt: Date;
}
