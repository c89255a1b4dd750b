import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { FeatureRegistry } from '@gatehouse/modules';
import type { Role } from '@gatehouse/users';
import { PermissionDto } from './permission.dto.js';

interface GrantRow {
  permission: string;
  role: Role | null;
  id: string;
  name: string;
}

const GRANTS = `
  SELECT permission, role, groups.id, groups.name
  FROM permission_grants LEFT JOIN groups ON groups.id = group_id
  ORDER BY role, groups.name`;

/** The catalogue of permissions. */
@Injectable()
export class PermissionsListing {
  constructor(
    private readonly features: FeatureRegistry,
    private readonly dataSource: DataSource,
  ) {}

  /** Returns every declared permission, by name, with its grants. */
  async list(): Promise<PermissionDto[]> {
    const byName = new Map(this.declared().map((permission) => [permission.name, permission]));
    for (const { permission, role, id, name } of await this.dataSource.query<GrantRow[]>(GRANTS)) {
      if (role) byName.get(permission)?.roles.push(role);
      else byName.get(permission)?.groups.push({ id, name });
    }
    return [...byName.values()];
  }

  private declared(): PermissionDto[] {
    return this.features.declarations
      .flatMap(({ root, permissions = [] }) =>
        permissions.map(({ name, description }) => ({
          name,
          description,
          feature: root,
          roles: [],
          groups: [],
        })),
      )
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}
