import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateNotifications1760000000008 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE notification_topics (
        id uuid NOT NULL CONSTRAINT notification_topics_pkey PRIMARY KEY,
        name varchar(100) COLLATE "C" NOT NULL CONSTRAINT notification_topics_name_key UNIQUE,
        group_id uuid,
        first_seen_at timestamptz(3) NOT NULL DEFAULT now()
      )`);
    await queryRunner.query(`
      CREATE TABLE notification_subscriptions (
        topic_id uuid NOT NULL CONSTRAINT notification_subscriptions_topic_id_fkey
          REFERENCES notification_topics ON DELETE CASCADE,
        user_id uuid NOT NULL CONSTRAINT notification_subscriptions_user_id_fkey
          REFERENCES users ON DELETE CASCADE,
        subscribed_at timestamptz(3) NOT NULL DEFAULT now(),
        CONSTRAINT notification_subscriptions_pkey PRIMARY KEY (topic_id, user_id)
      )`);
    await queryRunner.query(
      `CREATE INDEX notification_subscriptions_user_id_idx ON notification_subscriptions (user_id)`,
    );
    await queryRunner.query(`
      CREATE TABLE notifications (
        id uuid NOT NULL CONSTRAINT notifications_pkey PRIMARY KEY,
        topic_id uuid CONSTRAINT notifications_topic_id_fkey REFERENCES notification_topics,
        group_id uuid,
        user_id uuid CONSTRAINT notifications_user_id_fkey REFERENCES users ON DELETE CASCADE,
        sender_id uuid,
        title varchar(200) NOT NULL,
        body varchar(2000) NOT NULL,
        send_at timestamptz(3) NOT NULL,
        delivered_at timestamptz(3),
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        CONSTRAINT notifications_target_check CHECK (num_nonnulls(topic_id, group_id, user_id) = 1)
      )`);
    await queryRunner.query(`CREATE INDEX notifications_topic_id_idx ON notifications (topic_id)`);
    await queryRunner.query(`CREATE INDEX notifications_user_id_idx ON notifications (user_id)`);
    await queryRunner.query(`
      CREATE TABLE inbox_items (
        notification_id uuid NOT NULL CONSTRAINT inbox_items_notification_id_fkey
          REFERENCES notifications ON DELETE CASCADE,
        user_id uuid NOT NULL CONSTRAINT inbox_items_user_id_fkey REFERENCES users ON DELETE CASCADE,
        read_at timestamptz(3),
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        CONSTRAINT inbox_items_pkey PRIMARY KEY (notification_id, user_id)
      )`);
    await queryRunner.query(
      `CREATE INDEX inbox_items_user_id_idx ON inbox_items (user_id, created_at, notification_id)`,
    );
    await queryRunner.query(`
      CREATE INDEX inbox_items_unread_idx ON inbox_items (user_id, created_at, notification_id)
      WHERE read_at IS NULL`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `DROP TABLE inbox_items, notifications, notification_subscriptions, notification_topics`,
    );
  }
}
