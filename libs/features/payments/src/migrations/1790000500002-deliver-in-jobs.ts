import type { MigrationInterface, QueryRunner } from 'typeorm';
import { enqueueRows } from '@gatehouse/jobs';

/** What a job knows of itself is no column of a delivery any more. */
export class DeliverInJobs1790000500002 implements MigrationInterface {
  readonly name = 'DeliverInJobs1790000500002';

  async up(queryRunner: QueryRunner): Promise<void> {
    await enqueueRows(
      queryRunner,
      'payments.deliver-sandbox-event',
      { retryLimit: 79, retryDelay: 5 },
      `SELECT jsonb_build_object('paymentId', payment_id) FROM sandbox_deliveries WHERE next_attempt_at IS NOT NULL`,
    );
    await queryRunner.query(`
      ALTER TABLE sandbox_deliveries DROP COLUMN attempts, DROP COLUMN next_attempt_at, DROP COLUMN error`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE sandbox_deliveries
        ADD COLUMN attempts smallint NOT NULL DEFAULT 0,
        ADD COLUMN next_attempt_at timestamptz DEFAULT now(),
        ADD COLUMN error text`);
    await queryRunner.query(`
      CREATE INDEX sandbox_deliveries_next_attempt_at_idx ON sandbox_deliveries (next_attempt_at)
      WHERE next_attempt_at IS NOT NULL`);
  }
}
