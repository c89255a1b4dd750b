import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateLinkRequests1790000500001 implements MigrationInterface {
  readonly name = 'CreateLinkRequests1790000500001';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE link_requests (
        id uuid NOT NULL CONSTRAINT link_requests_pkey PRIMARY KEY,
        email varchar(254) COLLATE "C" NOT NULL,
        user_id uuid,
        credentials_version integer,
        address varchar(45) NOT NULL,
        created_at timestamptz(3) NOT NULL DEFAULT now()
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE link_requests`);
  }
}
