import { Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** That a notification has reached a user: once, by the primary key. */
@Entity('inbox_items')
@Index('inbox_items_user_id_idx', ['userId', 'createdAt', 'notificationId'])
@Index('inbox_items_unread_idx', ['userId', 'createdAt', 'notificationId'], { where: 'read_at IS NULL' })
export class InboxItem {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'inbox_items_pkey' })
  @ForeignKey('notifications', { name: 'inbox_items_notification_id_fkey', onDelete: 'CASCADE' })
  notificationId: string;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'inbox_items_pkey' })
  @ForeignKey('users', { name: 'inbox_items_user_id_fkey', onDelete: 'CASCADE' })
  userId: string;

  /** When the user first said to have read it. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  readAt: Date | null;

  /** When it came. */
  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  createdAt: Date;
}
