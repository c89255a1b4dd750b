import type { MigrationInterface, QueryRunner } from 'typeorm';

/** `ẞ`, of which alone a key could have an `ß`, is compared as `ss`. */
export class FoldCapitalSharpS1790000300011 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `UPDATE ticketing_events SET name_key = replace(name_key, 'ß', 'ss') WHERE name_key LIKE '%ß%'`,
    );
  }

  async down(): Promise<void> {}
}
