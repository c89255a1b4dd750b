import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateAccountTokens1790000000021 implements MigrationInterface {
  readonly name = 'CreateAccountTokens1790000000021';

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
      )`);
    await queryRunner.query(`CREATE INDEX account_tokens_user_id_idx ON account_tokens (user_id, purpose)`);
    await queryRunner.query(
      `CREATE INDEX account_tokens_email_idx ON account_tokens (email, purpose, created_at)`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE account_tokens`);
  }
}
