import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateSessionsAndKeys1760000000003 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE sessions (
        id uuid NOT NULL CONSTRAINT sessions_pkey PRIMARY KEY,
        user_id uuid NOT NULL CONSTRAINT sessions_user_id_fkey REFERENCES users ON DELETE CASCADE,
        credentials_version integer NOT NULL,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        last_used_at timestamptz(3) NOT NULL DEFAULT now(),
        expires_at timestamptz(3) NOT NULL,
        revoked_at timestamptz(3),
        kind varchar(10) NOT NULL DEFAULT 'token' CONSTRAINT sessions_kind_check CHECK (kind IN ('token', 'cookie')),
        secret_hash bytea,
        device varchar(300) NOT NULL DEFAULT '',
        address varchar(45) NOT NULL DEFAULT '',
        CONSTRAINT sessions_secret_hash_check CHECK ((kind = 'cookie') = (secret_hash IS NOT NULL))
      );
      CREATE INDEX sessions_user_id_idx ON sessions (user_id, created_at);
      CREATE UNIQUE INDEX sessions_secret_hash_key ON sessions (secret_hash);

      CREATE TABLE refresh_tokens (
        token_hash bytea NOT NULL CONSTRAINT refresh_tokens_pkey PRIMARY KEY,
        session_id uuid NOT NULL CONSTRAINT refresh_tokens_session_id_fkey REFERENCES sessions ON DELETE CASCADE,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        spent_at timestamptz(6),
        sealed_successor bytea
      );
      CREATE INDEX refresh_tokens_session_id_idx ON refresh_tokens (session_id, spent_at);
      CREATE INDEX refresh_tokens_sealed_successor_idx ON refresh_tokens (session_id)
        WHERE sealed_successor IS NOT NULL;

      CREATE TABLE api_keys (
        id uuid NOT NULL CONSTRAINT api_keys_pkey PRIMARY KEY,
        user_id uuid NOT NULL CONSTRAINT api_keys_user_id_fkey REFERENCES users ON DELETE CASCADE,
        credentials_version integer NOT NULL,
        name varchar(100) NOT NULL,
        prefix varchar(12) NOT NULL,
        key_hash bytea NOT NULL,
        permissions text[] NOT NULL CONSTRAINT api_keys_permissions_check
          CHECK (cardinality(permissions) <= 100 AND array_position(permissions, NULL) IS NULL),
        expires_at timestamptz(3),
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        last_used_at timestamptz(3)
      );
      CREATE UNIQUE INDEX api_keys_key_hash_key ON api_keys (key_hash);
      CREATE INDEX api_keys_user_id_idx ON api_keys (user_id, created_at, id);

      -- Counts change with each attempt: the free space keeps the new version of a row on its page.
      CREATE TABLE login_attempts (
        key varchar(100) COLLATE "C" NOT NULL CONSTRAINT login_attempts_pkey PRIMARY KEY,
        count integer NOT NULL,
        ends_at timestamptz(3) NOT NULL
      ) WITH (fillfactor = 50);
      CREATE INDEX login_attempts_ends_at_idx ON login_attempts (ends_at)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE login_attempts, api_keys, refresh_tokens, sessions');
  }
}
