import type { MigrationInterface, QueryRunner } from 'typeorm';
import { convertUnique } from '@gatehouse/database';
import { comparable } from '@gatehouse/text';

export class CompareEventNames1790000300010 implements MigrationInterface {
  readonly name = 'CompareEventNames1790000300010';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE ticketing_events DROP CONSTRAINT ticketing_events_name_key`);
    await queryRunner.query(`ALTER TABLE ticketing_events ADD COLUMN name_key text COLLATE "C"`);
    const within = 'organiser_id';
    const index = 'ticketing_events_name_key';
    const name = { table: 'ticketing_events', from: 'name', to: 'name_key', index, within };
    await convertUnique(queryRunner, name, comparable);
    await queryRunner.query(`ALTER TABLE ticketing_events ALTER COLUMN name_key SET NOT NULL`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE ticketing_events DROP COLUMN name_key`);
    await queryRunner.query(
      `ALTER TABLE ticketing_events ADD CONSTRAINT ticketing_events_name_key UNIQUE (organiser_id, name)`,
    );
  }
}
