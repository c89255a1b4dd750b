import { CREATE_SEARCHABLE } from '@gatehouse/text';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateUsers1760000000002 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(CREATE_SEARCHABLE);
    await queryRunner.query(`
      CREATE EXTENSION IF NOT EXISTS pg_trgm;
      CREATE TABLE users (
        id uuid NOT NULL CONSTRAINT users_pkey PRIMARY KEY,
        username varchar(50) COLLATE "C" NOT NULL CONSTRAINT users_username_check
          CHECK (username ~ '^[a-zA-Z0-9_-]{3,50}$'),
        email varchar(254) COLLATE "C" NOT NULL CONSTRAINT users_email_check
          CHECK (email = lower(email) AND email ~ '^[^@[:space:]]+@[!-?A-~]+$'),
        password_hash text NOT NULL,
        credentials_version integer NOT NULL DEFAULT 1,
        full_name varchar(100) CONSTRAINT users_full_name_check CHECK (char_length(full_name) BETWEEN 1 AND 100),
        age smallint CONSTRAINT users_age_check CHECK (age BETWEEN 0 AND 150),
        tags text[] NOT NULL DEFAULT '{}' CONSTRAINT users_tags_check
          CHECK (cardinality(tags) <= 50 AND array_position(tags, NULL) IS NULL),
        role varchar(20) NOT NULL DEFAULT 'user' CONSTRAINT users_role_check
          CHECK (role IN ('admin', 'moderator', 'user')),
        is_active boolean NOT NULL DEFAULT true,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        updated_at timestamptz(3) NOT NULL DEFAULT now(),
        email_verified_at timestamptz(3)
      );
      -- PostgreSQL reports the older index when a row breaks both: the one of the email.
      CREATE UNIQUE INDEX users_email_key ON users (email);
      CREATE UNIQUE INDEX users_username_key ON users (lower(username));
      CREATE INDEX users_created_at_idx ON users (created_at, id);
      CREATE INDEX users_username_idx ON users (username, id);
      CREATE INDEX users_role_idx ON users (role, created_at, id);
      CREATE INDEX users_is_active_idx ON users (is_active, created_at, id);
      CREATE INDEX users_search_idx ON users USING gin (
        searchable((username || ' ' || email || ' ' || coalesce(full_name, '')) COLLATE "C") gin_trgm_ops
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE users');
    await queryRunner.query('DROP FUNCTION searchable');
  }
}
