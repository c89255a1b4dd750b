import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateLoginAttempts1790000000040 implements MigrationInterface {
  readonly name = 'CreateLoginAttempts1790000000040';

  async up(queryRunner: QueryRunner): Promise<void> {
    // Counts change with each attempt: the free space keeps the new version of a row on its page.
    await queryRunner.query(`
      CREATE TABLE login_attempts (
        key varchar(100) COLLATE "C" NOT NULL CONSTRAINT login_attempts_pkey PRIMARY KEY,
        count integer NOT NULL,
        ends_at timestamptz(3) NOT NULL
      ) WITH (fillfactor = 50)`);
    await queryRunner.query(`CREATE INDEX login_attempts_ends_at_idx ON login_attempts (ends_at)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE login_attempts`);
  }
}
