import type { MigrationInterface, QueryRunner } from 'typeorm';
import { enqueueRows } from '@gatehouse/jobs';

/** What a job knows of itself is no column of a mail any more. */
export class SendMailsInJobs1790000500000 implements MigrationInterface {
  readonly name = 'SendMailsInJobs1790000500000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await enqueueRows(
      queryRunner,
      'mail.send',
      { retryLimit: 30, retryDelay: 30 },
      `SELECT jsonb_build_object('mailId', id) FROM mails WHERE next_attempt_at IS NOT NULL`,
    );
    await queryRunner.query(`UPDATE mails SET error = NULL WHERE next_attempt_at IS NOT NULL`);
    await queryRunner.query(`ALTER TABLE mails DROP COLUMN attempts, DROP COLUMN next_attempt_at`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE mails
        ADD COLUMN attempts smallint NOT NULL DEFAULT 0,
        ADD COLUMN next_attempt_at timestamptz DEFAULT now()`);
    await queryRunner.query(
      `CREATE INDEX mails_next_attempt_at_idx ON mails (next_attempt_at) WHERE next_attempt_at IS NOT NULL`,
    );
  }
}
