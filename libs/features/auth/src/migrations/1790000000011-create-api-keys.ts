import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateApiKeys1790000000011 implements MigrationInterface {
  readonly name = 'CreateApiKeys1790000000011';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
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
      )`);
    await queryRunner.query(`CREATE UNIQUE INDEX api_keys_key_hash_key ON api_keys (key_hash)`);
    await queryRunner.query(`CREATE INDEX api_keys_user_id_idx ON api_keys (user_id, created_at, id)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE api_keys`);
  }
}
