import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateAccountTokens1760000000004 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE account_tokens (
        token_hash bytea NOT NULL CONSTRAINT account_tokens_pkey PRIMARY KEY,
        user_id uuid NOT NULL CONSTRAINT account_tokens_user_id_fkey REFERENCES users ON DELETE CASCADE,
        purpose varchar(20) NOT NULL CONSTRAINT account_tokens_purpose_check
          CHECK (purpose IN ('verify-email', 'reset-password', 'change-email')),
        email varchar(254) COLLATE "C" NOT NULL,
        account_email varchar(254) COLLATE "C" NOT NULL,
        credentials_version integer NOT NULL,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        expires_at timestamptz(3) NOT NULL
      );
      CREATE INDEX account_tokens_user_id_idx ON account_tokens (user_id, purpose);
      CREATE INDEX account_tokens_email_idx ON account_tokens (email, purpose, created_at);

      CREATE TABLE link_requests (
        id uuid NOT NULL CONSTRAINT link_requests_pkey PRIMARY KEY,
        email varchar(254) COLLATE "C" NOT NULL,
        user_id uuid,
        credentials_version integer,
        address varchar(45) NOT NULL,
        created_at timestamptz(3) NOT NULL DEFAULT now()
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE link_requests, account_tokens');
  }
}
