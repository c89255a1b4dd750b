import type { MigrationInterface, QueryRunner } from 'typeorm';
import { JOBS_SCHEMA, upgradeJobsSchema } from '../jobs-schema.js';

export class InstallJobs1760000000001 implements MigrationInterface {
  readonly transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    await upgradeJobsSchema(queryRunner);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP SCHEMA ${JOBS_SCHEMA} CASCADE`);
  }
}
