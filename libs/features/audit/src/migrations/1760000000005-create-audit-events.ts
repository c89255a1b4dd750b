import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateAuditEvents1760000000005 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE audit_events (
        id uuid NOT NULL CONSTRAINT audit_events_pkey PRIMARY KEY,
        action varchar(100) COLLATE "C" NOT NULL,
        actor_id uuid,
        subject_id varchar(200) COLLATE "C",
        address varchar(45),
        details jsonb NOT NULL DEFAULT '{}',
        created_at timestamptz(3) NOT NULL DEFAULT now()
      );
      CREATE INDEX audit_events_created_at_idx ON audit_events (created_at, id);
      CREATE INDEX audit_events_action_idx ON audit_events (action, created_at, id);
      CREATE INDEX audit_events_actor_id_idx ON audit_events (actor_id, created_at, id);
      CREATE INDEX audit_events_subject_id_idx ON audit_events (subject_id, created_at, id)`);
    await queryRunner.query(`
      CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'DELETE' AND current_setting('audit.allow_removal', true) = 'on' THEN RETURN NULL; END IF;
        RAISE EXCEPTION 'audit_events is append-only' USING ERRCODE = 'insufficient_privilege';
      END $$`);
    await queryRunner.query(`
      CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE audit_events');
    await queryRunner.query('DROP FUNCTION refuse_audit_change');
  }
}
