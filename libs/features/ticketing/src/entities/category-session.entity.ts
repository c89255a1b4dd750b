import { Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** A session for which a category is sold. A category without any is sold for all sessions of its event. */
@Entity('ticketing_category_sessions')
@Index('ticketing_category_sessions_session_id_idx', ['sessionId'])
export class CategorySession {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'ticketing_category_sessions_pkey' })
  @ForeignKey('ticketing_categories', {
    name: 'ticketing_category_sessions_category_id_fkey',
    onDelete: 'CASCADE',
  })
  categoryId: string;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'ticketing_category_sessions_pkey' })
  @ForeignKey('ticketing_sessions', { name: 'ticketing_category_sessions_session_id_fkey' })
  sessionId: string;
}
