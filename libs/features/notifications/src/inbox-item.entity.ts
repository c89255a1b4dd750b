import { Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** A notification in a user's inbox; the primary key makes it unique. */
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

  /** When the user first marked it as read. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  readAt: Date | null;

  /** When it was delivered. */
  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  createdAt: Date;
}
