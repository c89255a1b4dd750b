import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateMails1760000000006 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE mails (
        id uuid NOT NULL CONSTRAINT mails_pkey PRIMARY KEY,
        recipient varchar(254) NOT NULL,
        subject varchar(200) NOT NULL,
        text text NOT NULL,
        html text NOT NULL,
        error text,
        created_at timestamptz(3) NOT NULL DEFAULT now()
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE mails');
  }
}
