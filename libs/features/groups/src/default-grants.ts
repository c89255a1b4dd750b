import { Injectable, OnApplicationBootstrap } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { EntityManager, Repository } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { takeLock } from '@gatehouse/database';
import type { PermissionDeclaration } from '@gatehouse/modules';
import { PermissionCatalogue } from '@gatehouse/permissions';
import type { Role } from '@gatehouse/users';
import { KnownPermission, PermissionGrant } from './permission.entity.js';

/**
 * Grants each declared permission to its default roles when it first appears, once across all processes. From then on
 * only administrators change its grants, even if a version that does not declare the permission runs in between.
 */
@Injectable()
export class DefaultGrants implements OnApplicationBootstrap {
  constructor(
    private readonly catalogue: PermissionCatalogue,
    @InjectRepository(KnownPermission) private readonly permissions: Repository<KnownPermission>,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { declarations } = this.catalogue;
    await this.permissions.manager.transaction(async (manager) => {
      await takeLock('access.default-grants', manager);
      const known = await manager.find(KnownPermission);
      const names = new Set(known.map(({ name }) => name));
      const added = [...declarations.values()].filter(({ name }) => !names.has(name));
      await manager.insert(
        KnownPermission,
        added.map(({ name }) => ({ name })),
      );
      await this.grant(added, manager);
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
