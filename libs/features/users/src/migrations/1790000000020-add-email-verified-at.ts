import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddEmailVerifiedAt1790000000020 implements MigrationInterface {
  readonly name = 'AddEmailVerifiedAt1790000000020';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE users ADD COLUMN email_verified_at timestamptz(3)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE users DROP COLUMN email_verified_at`);
  }
}
