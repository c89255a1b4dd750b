import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ExtendSessions1790000000010 implements MigrationInterface {
  readonly name = 'ExtendSessions1790000000010';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE sessions
        ADD COLUMN kind varchar(10) NOT NULL DEFAULT 'token',
        ADD COLUMN secret_hash bytea,
        ADD COLUMN device varchar(300) NOT NULL DEFAULT '',
        ADD COLUMN address varchar(45) NOT NULL DEFAULT '',
        ADD CONSTRAINT sessions_kind_check CHECK (kind IN ('token', 'cookie')),
        ADD CONSTRAINT sessions_secret_hash_check CHECK ((kind = 'cookie') = (secret_hash IS NOT NULL))`);
    await queryRunner.query(`CREATE UNIQUE INDEX sessions_secret_hash_key ON sessions (secret_hash)`);
    await queryRunner.query(`
      ALTER TABLE refresh_tokens
        ALTER COLUMN spent_at TYPE timestamptz(6),
        ADD COLUMN sealed_successor bytea`);
    await queryRunner.query(`
      CREATE INDEX refresh_tokens_sealed_successor_idx ON refresh_tokens (session_id)
      WHERE sealed_successor IS NOT NULL`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DELETE FROM sessions WHERE kind = 'cookie'`);
    await queryRunner.query(`DROP INDEX refresh_tokens_sealed_successor_idx`);
    await queryRunner.query(`
      ALTER TABLE refresh_tokens DROP COLUMN sealed_successor, ALTER COLUMN spent_at TYPE timestamptz(3)`);
    await queryRunner.query(`
      ALTER TABLE sessions DROP COLUMN address, DROP COLUMN device, DROP COLUMN secret_hash, DROP COLUMN kind`);
  }
}
