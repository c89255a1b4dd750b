import type { MigrationInterface, QueryRunner } from 'typeorm';
import { convertUnique } from '@gatehouse/database';
import { canonicalEmail } from '../login-names.js';

export class CompareEmails1790000000030 implements MigrationInterface {
  readonly name = 'CompareEmails1790000000030';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP INDEX users_email_key, users_username_key`);
    const email = { table: 'users', from: 'email', to: 'email', index: 'users_email_key' };
    await convertUnique(queryRunner, email, canonicalEmail);
    // PostgreSQL reports the older index when a row breaks both: the one of the email.
    await queryRunner.query(`CREATE UNIQUE INDEX users_username_key ON users (lower(username))`);
    await queryRunner.query(`ALTER TABLE users DROP CONSTRAINT users_email_check`);
    await queryRunner.query(`
      ALTER TABLE users ADD CONSTRAINT users_email_check
        CHECK (email = lower(email) AND email ~ '^[^@[:space:]]+@[!-?A-~]+$')`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE users DROP CONSTRAINT users_email_check`);
    await queryRunner.query(`
      ALTER TABLE users ADD CONSTRAINT users_email_check
        CHECK (email = lower(email) AND email ~ '^[^@[:space:]]+@[^@[:space:]]+$')`);
  }
}
