import type { MigrationInterface, QueryRunner } from 'typeorm';
import { COUNT_PLACES } from './count-places.sql.js';

/** Counters change with each sale; free space keeps new row versions on the same page and out of the indexes. */
const COUNTED = 'WITH (fillfactor = 50)';

const COUNTERS = (table: string) => `
  quota integer CONSTRAINT ${table}_quota_check CHECK (quota >= 1),
  user_quota integer CONSTRAINT ${table}_user_quota_check CHECK (user_quota >= 1),
  used_quota integer NOT NULL DEFAULT 0,
  disabled boolean NOT NULL DEFAULT false,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT ${table}_used_quota_check CHECK (used_quota >= 0 AND (quota IS NULL OR used_quota <= quota))`;

export class CreateTicketing1760000000011 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE ticketing_organisers (
        id uuid NOT NULL CONSTRAINT ticketing_organisers_pkey PRIMARY KEY,
        name varchar(100) NOT NULL
          CONSTRAINT ticketing_organisers_name_check CHECK (name = btrim(name) AND name <> ''),
        created_at timestamptz(3) NOT NULL DEFAULT now()
      );
      CREATE INDEX ticketing_organisers_name_idx ON ticketing_organisers (name, id);
      CREATE INDEX ticketing_organisers_created_at_idx ON ticketing_organisers (created_at, id);

      CREATE TABLE ticketing_organiser_members (
        organiser_id uuid NOT NULL CONSTRAINT ticketing_organiser_members_organiser_id_fkey
          REFERENCES ticketing_organisers (id) ON DELETE CASCADE,
        user_id uuid NOT NULL CONSTRAINT ticketing_organiser_members_user_id_fkey
          REFERENCES users (id) ON DELETE CASCADE,
        can_manage boolean NOT NULL,
        can_scan boolean NOT NULL,
        CONSTRAINT ticketing_organiser_members_pkey PRIMARY KEY (organiser_id, user_id),
        CONSTRAINT ticketing_organiser_members_rights_check CHECK (can_manage OR can_scan)
      );
      CREATE INDEX ticketing_organiser_members_user_id_idx ON ticketing_organiser_members (user_id);

      CREATE TABLE ticketing_events (
        id uuid NOT NULL CONSTRAINT ticketing_events_pkey PRIMARY KEY,
        organiser_id uuid NOT NULL CONSTRAINT ticketing_events_organiser_id_fkey
          REFERENCES ticketing_organisers (id),
        name varchar(200) NOT NULL
          CONSTRAINT ticketing_events_name_check CHECK (name = btrim(name) AND name <> ''),
        open_date timestamptz(3) NOT NULL,
        close_date timestamptz(3),
        ${COUNTERS('ticketing_events')},
        name_key text COLLATE "C" NOT NULL,
        CONSTRAINT ticketing_events_dates_check CHECK (close_date >= open_date)
      ) ${COUNTED};
      CREATE UNIQUE INDEX ticketing_events_name_key ON ticketing_events (organiser_id, name_key);
      CREATE INDEX ticketing_events_open_date_idx ON ticketing_events (open_date, id);
      CREATE INDEX ticketing_events_name_idx ON ticketing_events (name, id);
      CREATE INDEX ticketing_events_created_at_idx ON ticketing_events (created_at, id);

      CREATE TABLE ticketing_sessions (
        id uuid NOT NULL CONSTRAINT ticketing_sessions_pkey PRIMARY KEY,
        event_id uuid NOT NULL CONSTRAINT ticketing_sessions_event_id_fkey REFERENCES ticketing_events (id),
        name varchar(200) NOT NULL
          CONSTRAINT ticketing_sessions_name_check CHECK (name = btrim(name) AND name <> ''),
        date timestamptz(3) NOT NULL,
        ${COUNTERS('ticketing_sessions')}
      ) ${COUNTED};
      CREATE INDEX ticketing_sessions_date_idx ON ticketing_sessions (event_id, date, id);

      CREATE TABLE ticketing_categories (
        id uuid NOT NULL CONSTRAINT ticketing_categories_pkey PRIMARY KEY,
        event_id uuid NOT NULL CONSTRAINT ticketing_categories_event_id_fkey REFERENCES ticketing_events (id),
        name varchar(200) NOT NULL
          CONSTRAINT ticketing_categories_name_check CHECK (name = btrim(name) AND name <> ''),
        price_cents integer NOT NULL CONSTRAINT ticketing_categories_price_cents_check CHECK (price_cents >= 0),
        currency char(3) NOT NULL CONSTRAINT ticketing_categories_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
        required_group_id uuid,
        ${COUNTERS('ticketing_categories')}
      ) ${COUNTED};
      CREATE INDEX ticketing_categories_created_at_idx ON ticketing_categories (event_id, created_at, id);

      CREATE TABLE ticketing_category_sessions (
        category_id uuid NOT NULL CONSTRAINT ticketing_category_sessions_category_id_fkey
          REFERENCES ticketing_categories (id) ON DELETE CASCADE,
        session_id uuid NOT NULL CONSTRAINT ticketing_category_sessions_session_id_fkey
          REFERENCES ticketing_sessions (id),
        CONSTRAINT ticketing_category_sessions_pkey PRIMARY KEY (category_id, session_id)
      );
      CREATE INDEX ticketing_category_sessions_session_id_idx ON ticketing_category_sessions (session_id);

      CREATE TABLE ticketing_tickets (
        id uuid NOT NULL CONSTRAINT ticketing_tickets_pkey PRIMARY KEY,
        user_id uuid CONSTRAINT ticketing_tickets_user_id_fkey REFERENCES users (id) ON DELETE SET NULL,
        event_id uuid NOT NULL CONSTRAINT ticketing_tickets_event_id_fkey
          REFERENCES ticketing_events (id) DEFERRABLE INITIALLY DEFERRED,
        session_id uuid NOT NULL CONSTRAINT ticketing_tickets_session_id_fkey
          REFERENCES ticketing_sessions (id) DEFERRABLE INITIALLY DEFERRED,
        category_id uuid NOT NULL CONSTRAINT ticketing_tickets_category_id_fkey
          REFERENCES ticketing_categories (id) DEFERRABLE INITIALLY DEFERRED,
        price_cents integer NOT NULL CONSTRAINT ticketing_tickets_price_cents_check CHECK (price_cents >= 0),
        currency char(3) NOT NULL CONSTRAINT ticketing_tickets_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
        status varchar(10) NOT NULL CONSTRAINT ticketing_tickets_status_check
          CHECK (status IN ('pending', 'confirmed', 'cancelled', 'expired')),
        expires_at timestamptz(3),
        secret varchar(43) NOT NULL,
        scan_count smallint NOT NULL DEFAULT 0
          CONSTRAINT ticketing_tickets_scan_count_check CHECK (scan_count IN (0, 1)),
        scanned_at timestamptz(3),
        scanned_by uuid,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        CONSTRAINT ticketing_tickets_expires_at_check CHECK (status <> 'pending' OR expires_at IS NOT NULL)
      );
      CREATE INDEX ticketing_tickets_user_id_idx ON ticketing_tickets (user_id, created_at, id);
      CREATE INDEX ticketing_tickets_event_id_idx ON ticketing_tickets (event_id, created_at, id);
      CREATE INDEX ticketing_tickets_session_id_idx ON ticketing_tickets (session_id, created_at, id);
      CREATE INDEX ticketing_tickets_category_id_idx ON ticketing_tickets (category_id, created_at, id);
      CREATE INDEX ticketing_tickets_held_idx ON ticketing_tickets (user_id, event_id)
        WHERE status IN ('pending', 'confirmed');
      CREATE INDEX ticketing_tickets_expires_at_idx ON ticketing_tickets (expires_at) WHERE status = 'pending';

      CREATE TABLE ticketing_purchase_keys (
        user_id uuid NOT NULL CONSTRAINT ticketing_purchase_keys_user_id_fkey
          REFERENCES users (id) ON DELETE CASCADE,
        key varchar(255) COLLATE "C" NOT NULL,
        request_hash varchar(43) NOT NULL,
        ticket_id uuid NOT NULL,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        CONSTRAINT ticketing_purchase_keys_pkey PRIMARY KEY (user_id, key)
      );
      CREATE INDEX ticketing_purchase_keys_created_at_idx ON ticketing_purchase_keys (created_at);
    `);
    await queryRunner.query(COUNT_PLACES);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TABLE ticketing_purchase_keys, ticketing_tickets, ticketing_category_sessions, ticketing_categories,
        ticketing_sessions, ticketing_events, ticketing_organiser_members, ticketing_organisers`);
    await queryRunner.query('DROP FUNCTION ticketing_count_places, ticketing_change_places');
  }
}
