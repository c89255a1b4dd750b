import type { MigrationInterface, QueryRunner } from 'typeorm';
import { enqueueRows } from '@gatehouse/jobs';

/** What a job knows of itself is no column of a payment any more. */
export class RefundInJobs1790000500003 implements MigrationInterface {
  readonly name = 'RefundInJobs1790000500003';

  async up(queryRunner: QueryRunner): Promise<void> {
    await enqueueRows(
      queryRunner,
      'payments.refund',
      { retryLimit: 79, retryDelay: 5 },
      `SELECT jsonb_build_object('id', id) FROM payments WHERE refund = 'due'`,
    );
    await queryRunner.query(`
      ALTER TABLE payments
        DROP COLUMN refund_attempts, DROP COLUMN refund_next_attempt_at, DROP COLUMN refund_error`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE payments
        ADD COLUMN refund_attempts smallint NOT NULL DEFAULT 0,
        ADD COLUMN refund_next_attempt_at timestamptz,
        ADD COLUMN refund_error text`);
    await queryRunner.query(`UPDATE payments SET refund_next_attempt_at = now() WHERE refund = 'due'`);
    await queryRunner.query(`
      ALTER TABLE payments ADD CONSTRAINT payments_refund_due_check
        CHECK ((refund_next_attempt_at IS NOT NULL) = (refund IS NOT NULL AND refund = 'due'))`);
    await queryRunner.query(`
      CREATE INDEX payments_refund_next_attempt_at_idx ON payments (refund_next_attempt_at)
      WHERE refund_next_attempt_at IS NOT NULL`);
  }
}
