import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateMails1790000000004 implements MigrationInterface {
  readonly name = 'CreateMails1790000000004';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE mails (
        id uuid NOT NULL CONSTRAINT mails_pkey PRIMARY KEY,
        recipient varchar(254) NOT NULL,
        subject varchar(200) NOT NULL,
        text text NOT NULL,
        html text NOT NULL,
        attempts smallint NOT NULL DEFAULT 0,
        next_attempt_at timestamptz DEFAULT now(),
        error text,
        created_at timestamptz(3) NOT NULL DEFAULT now()
      )`);
    await queryRunner.query(
      `CREATE INDEX mails_next_attempt_at_idx ON mails (next_attempt_at) WHERE next_attempt_at IS NOT NULL`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE mails`);
  }
}
