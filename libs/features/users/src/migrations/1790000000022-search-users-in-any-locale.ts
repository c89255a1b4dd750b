import { CREATE_SEARCHABLE } from '@gatehouse/text';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What users are found by depends no longer on the locale of the database. */
export class SearchUsersInAnyLocale1790000000022 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(CREATE_SEARCHABLE);
    await queryRunner.query(`
      DROP INDEX users_search_idx;
      CREATE INDEX users_search_idx ON users USING gin (
        searchable((username || ' ' || email || ' ' || coalesce(full_name, '')) COLLATE "C") gin_trgm_ops
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP INDEX users_search_idx;
      CREATE INDEX users_search_idx ON users USING gin (
        lower((username || ' ' || email || ' ' || coalesce(full_name, '')) COLLATE "default") gin_trgm_ops
      )`);
  }
}
