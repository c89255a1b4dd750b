import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreatePictures1760000000013 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE pictures (
        id uuid NOT NULL CONSTRAINT pictures_pkey PRIMARY KEY,
        book_id integer CONSTRAINT pictures_book_id_fkey REFERENCES books ON DELETE CASCADE,
        user_id uuid CONSTRAINT pictures_user_id_fkey REFERENCES users ON DELETE CASCADE,
        variant_of uuid CONSTRAINT pictures_variant_of_fkey REFERENCES pictures ON DELETE CASCADE,
        width smallint NOT NULL,
        content_type varchar(20) NOT NULL,
        size integer NOT NULL,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        CONSTRAINT pictures_owner_check CHECK (num_nonnulls(book_id, user_id, variant_of) = 1),
        CONSTRAINT pictures_width_check CHECK (width > 0),
        CONSTRAINT pictures_size_check CHECK (size > 0)
      )`);
    await queryRunner.query(`CREATE UNIQUE INDEX pictures_book_id_key ON pictures (book_id)`);
    await queryRunner.query(`CREATE UNIQUE INDEX pictures_user_id_key ON pictures (user_id)`);
    await queryRunner.query(`CREATE UNIQUE INDEX pictures_variant_of_key ON pictures (variant_of, width)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE pictures`);
  }
}
