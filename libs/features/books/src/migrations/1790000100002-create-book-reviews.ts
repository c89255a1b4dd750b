import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateBookReviews1790000100002 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE book_reviews (
        id uuid CONSTRAINT book_reviews_pkey PRIMARY KEY,
        book_id integer NOT NULL CONSTRAINT book_reviews_book_id_fkey REFERENCES books ON DELETE CASCADE,
        user_id uuid NOT NULL CONSTRAINT book_reviews_user_id_fkey REFERENCES users ON DELETE CASCADE,
        rating smallint NOT NULL CONSTRAINT book_reviews_rating_check CHECK (rating BETWEEN 1 AND 5),
        text text NOT NULL CONSTRAINT book_reviews_text_check CHECK (char_length(text) <= 2000),
        hidden boolean NOT NULL DEFAULT false,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT book_reviews_book_id_user_id_key UNIQUE (book_id, user_id)
      );
      CREATE INDEX book_reviews_user_id_idx ON book_reviews (user_id);
      CREATE INDEX book_reviews_created_at_idx ON book_reviews (book_id, created_at, id) WHERE NOT hidden;
      CREATE INDEX book_reviews_rating_idx ON book_reviews (book_id, rating, id) WHERE NOT hidden;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE book_reviews');
  }
}
