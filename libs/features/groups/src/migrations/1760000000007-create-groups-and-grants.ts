import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateGroupsAndGrants1760000000007 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE groups (
        id uuid NOT NULL CONSTRAINT groups_pkey PRIMARY KEY,
        name varchar(100) NOT NULL CONSTRAINT groups_name_check CHECK (name = btrim(name) AND name <> ''),
        description varchar(500),
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        updated_at timestamptz(3) NOT NULL DEFAULT now(),
        name_key text COLLATE "C" NOT NULL
      );
      CREATE UNIQUE INDEX groups_name_key ON groups (name_key);
      CREATE INDEX groups_name_idx ON groups (name, id);
      CREATE INDEX groups_created_at_idx ON groups (created_at, id);

      CREATE TABLE group_members (
        group_id uuid NOT NULL CONSTRAINT group_members_group_id_fkey REFERENCES groups (id) ON DELETE CASCADE,
        user_id uuid NOT NULL CONSTRAINT group_members_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
        added_at timestamptz(3) NOT NULL DEFAULT now(),
        CONSTRAINT group_members_pkey PRIMARY KEY (group_id, user_id)
      );
      CREATE INDEX group_members_user_id_idx ON group_members (user_id);
      CREATE INDEX group_members_added_at_idx ON group_members (group_id, added_at, user_id);

      CREATE TABLE permissions (
        name varchar(100) COLLATE "C" NOT NULL CONSTRAINT permissions_pkey PRIMARY KEY,
        first_seen_at timestamptz(3) NOT NULL DEFAULT now()
      );

      CREATE TABLE permission_grants (
        id uuid NOT NULL CONSTRAINT permission_grants_pkey PRIMARY KEY,
        permission varchar(100) COLLATE "C" NOT NULL
          CONSTRAINT permission_grants_permission_fkey REFERENCES permissions (name),
        role varchar(20) CONSTRAINT permission_grants_role_check CHECK (role IN ('moderator', 'user')),
        group_id uuid CONSTRAINT permission_grants_group_id_fkey REFERENCES groups (id) ON DELETE CASCADE,
        granted_at timestamptz(3) NOT NULL DEFAULT now(),
        CONSTRAINT permission_grants_grantee_check CHECK (num_nonnulls(role, group_id) = 1),
        CONSTRAINT permission_grants_role_key UNIQUE (role, permission),
        CONSTRAINT permission_grants_group_id_key UNIQUE (group_id, permission)
      );

      CREATE VIEW user_permissions AS
        SELECT users.id AS user_id, permission FROM users JOIN permission_grants USING (role)
        UNION
        SELECT user_id, permission FROM group_members JOIN permission_grants USING (group_id)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP VIEW user_permissions');
    await queryRunner.query('DROP TABLE permission_grants, permissions, group_members, groups');
  }
}
