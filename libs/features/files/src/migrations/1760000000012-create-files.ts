import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateFiles1760000000012 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE files (
        id uuid NOT NULL CONSTRAINT files_pkey PRIMARY KEY,
        owner_id uuid NOT NULL CONSTRAINT files_owner_id_fkey REFERENCES users ON DELETE CASCADE,
        filename varchar(255) NOT NULL,
        content_type varchar(255) NOT NULL,
        size integer NOT NULL,
        sha256 char(64) NOT NULL,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        CONSTRAINT files_size_check CHECK (size >= 0)
      )`);
    await queryRunner.query(`CREATE INDEX files_owner_id_idx ON files (owner_id, created_at, id)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE files`);
  }
}
