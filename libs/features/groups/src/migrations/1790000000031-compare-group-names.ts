import type { MigrationInterface, QueryRunner } from 'typeorm';
import { convertUnique } from '@gatehouse/database';
import { comparable } from '@gatehouse/text';

export class CompareGroupNames1790000000031 implements MigrationInterface {
  readonly name = 'CompareGroupNames1790000000031';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP INDEX groups_name_key`);
    await queryRunner.query(`ALTER TABLE groups ADD COLUMN name_key text COLLATE "C"`);
    const name = { table: 'groups', from: 'name', to: 'name_key', index: 'groups_name_key' };
    await convertUnique(queryRunner, name, comparable);
    await queryRunner.query(`ALTER TABLE groups ALTER COLUMN name_key SET NOT NULL`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE groups DROP COLUMN name_key`);
    await queryRunner.query(`CREATE UNIQUE INDEX groups_name_key ON groups (lower(name))`);
  }
}
