import { CREATE_SEARCHABLE } from '@gatehouse/text';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** `ẞ` is found as `ß` and `ss` are. */
export class FindCapitalSharpS1790000000050 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(CREATE_SEARCHABLE);
    await queryRunner.query('REINDEX INDEX users_search_idx');
  }

  async down(): Promise<void> {}
}
