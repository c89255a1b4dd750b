import { CREATE_SEARCHABLE } from '@gatehouse/text';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** `ẞ` is found as `ß` and `ss` are. */
export class FindCapitalSharpS1790000100005 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(CREATE_SEARCHABLE);
    await queryRunner.query(`UPDATE books SET title = title WHERE title || author LIKE '%ẞ%'`);
    for (const field of ['authors', 'category', 'language'])
      await queryRunner.query(`REINDEX INDEX books_${field}_idx`);
  }

  async down(): Promise<void> {}
}
