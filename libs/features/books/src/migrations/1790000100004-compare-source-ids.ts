import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What imports know books by is kept in NFC. Two that come out the same stop the migration, with their `source_id`. */
export class CompareSourceIds1790000100004 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'UPDATE books SET source_id = normalize(source_id, NFC) WHERE source_id IS NOT NFC NORMALIZED',
    );
  }

  async down(): Promise<void> {}
}
