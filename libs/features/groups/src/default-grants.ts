import { Injectable, OnApplicationBootstrap } from '@nestjs/common';
import { DataSource, EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { takeLock } from '@gatehouse/database';
import type { PermissionDeclaration } from '@gatehouse/modules';
import { PermissionCatalogue } from '@gatehouse/permissions';
import type { Role } from '@gatehouse/users';
import { PermissionGrant } from './permission.entity.js';

const ADD_NAMES = `
  INSERT INTO permissions (name) SELECT unnest($1::text[]) ON CONFLICT (name) DO NOTHING RETURNING name`;

/**
 * Grants each declared permission to its default roles when it first appears, once across all processes. From then on
 * only administrators change its grants, even if a version that does not declare the permission runs in between.
 */
@Injectable()
export class DefaultGrants implements OnApplicationBootstrap {
  constructor(
    private readonly catalogue: PermissionCatalogue,
    private readonly dataSource: DataSource,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { declarations } = this.catalogue;
    await this.dataSource.transaction(async (manager) => {
      await takeLock('access.default-grants', manager);
      const added = await manager.query<{ name: string }[]>(ADD_NAMES, [[...declarations.keys()]]);
      await this.grant(
        added.map(({ name }) => declarations.get(name)!),
        manager,
      );
    });
  }

  private async grant(declarations: PermissionDeclaration[], manager: EntityManager): Promise<void> {
    const grants = declarations.flatMap(({ name, defaultRoles }) =>
      defaultRoles
        .filter((role) => role !== 'admin')
        .map((role) => ({ id: uuidv7(), permission: name, role: role as Role })),
    );
    await manager.insert(PermissionGrant, grants);
  }
}
