import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, IsNull, Not, type Repository } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { actor, AuditTrail } from '@gatehouse/audit';
import { BusinessRuleProblem, type ClientInfo, found, type Principal } from '@gatehouse/http';
import { FeatureRegistry } from '@gatehouse/modules';
import { ProcessBus } from '@gatehouse/process-bus';
import type { Role } from '@gatehouse/users';
import { Group, requireGroup } from './group.entity.js';
import { MAX_GROUPS, type PermissionDto } from './permission.dto.js';
import { GRANTS_CHANGED, KnownPermission, PermissionGrant } from './permission.entity.js';

/** Recipient of a grant. */
export type Grantee = { role: Role } | { groupId: string };

/**
 * Manages which roles and groups have which permissions. When a change resolves, every process knows it; it is
 * published even when nothing changed, as for memberships.
 */
@Injectable()
export class GrantsService {
  constructor(
    @InjectRepository(PermissionGrant) private readonly grants: Repository<PermissionGrant>,
    private readonly features: FeatureRegistry,
    private readonly audit: AuditTrail,
    private readonly bus: ProcessBus,
  ) {}

  /** Every declared permission, by name, with its grants. */
  async list(): Promise<PermissionDto[]> {
    const permissions = new Map(this.declared().map((permission) => [permission.name, permission]));
    const grants = await this.grants
      .createQueryBuilder('granted')
      .leftJoin(Group, 'group', 'group.id = granted.groupId')
      .select(['granted.permission AS permission', 'granted.role AS role'])
      .addSelect(['group.id AS id', 'group.name AS name'])
      .orderBy('granted.role')
      .addOrderBy('group.name')
      .getRawMany<{ permission: string; role: Role | null; id: string; name: string }>();
    for (const { permission, role, id, name } of grants) {
      if (role) permissions.get(permission)?.roles.push(role);
      else permissions.get(permission)?.groups.push({ id, name });
    }
    return [...permissions.values()];
  }

  /** Grants a permission. Does nothing when it is already granted. */
  async add(permission: string, grantee: Grantee, caller: Principal, client: ClientInfo): Promise<void> {
    await this.change('access.grant-added', permission, grantee, caller, client, async (manager) => {
      if ('groupId' in grantee) await requireRoom(permission, grantee.groupId, manager);
      const grant = { id: uuidv7(), permission, ...grantee };
      const insert = manager.createQueryBuilder().insert().into(PermissionGrant).values(grant);
      const added = await insert.orIgnore().returning('id').execute();
      return (added.raw as unknown[]).length > 0;
    });
  }

  /** Revokes a permission. Does nothing when it is not granted. */
  async remove(permission: string, grantee: Grantee, caller: Principal, client: ClientInfo): Promise<void> {
    await this.change('access.grant-removed', permission, grantee, caller, client, async (manager) => {
      const { affected } = await manager.delete(PermissionGrant, { permission, ...grantee });
      return !!affected;
    });
  }

  private async change(
    action: string,
    permission: string,
    grantee: Grantee,
    caller: Principal,
    client: ClientInfo,
    act: (manager: EntityManager) => Promise<boolean>,
  ): Promise<void> {
    found(
      this.declared().find(({ name }) => name === permission),
      `Permission ${permission}`,
    );
    await this.grants.manager.transaction(async (manager) => {
      await requireGrantee(grantee, manager);
      const entry = { ...actor(caller, client), action, subjectId: permission, details: grantee };
      if (await act(manager)) await this.audit.record(entry, manager);
    });
    await this.bus.publish(GRANTS_CHANGED, permission);
  }

  private declared(): PermissionDto[] {
    return this.features.declarations
      .flatMap(({ root: feature, permissions = [] }) =>
        permissions.map(({ name, description }) => ({ name, description, feature, roles: [], groups: [] })),
      )
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

async function requireGrantee(grantee: Grantee, manager: EntityManager): Promise<void> {
  if ('groupId' in grantee) return requireGroup(grantee.groupId, manager);
  if (grantee.role === 'admin') throw new BusinessRuleProblem('The role admin holds every permission');
}

/** Limits the number of groups per permission, since the catalogue lists all of them. */
async function requireRoom(permission: string, groupId: string, manager: EntityManager): Promise<void> {
  // Serialises grants of a permission, so that the limit holds.
  const lock = { mode: 'for_no_key_update' } as const;
  await manager.findOne(KnownPermission, { where: { name: permission }, lock });
  if (await manager.existsBy(PermissionGrant, { permission, groupId })) return;
  if ((await manager.countBy(PermissionGrant, { permission, groupId: Not(IsNull()) })) >= MAX_GROUPS)
    throw new BusinessRuleProblem('Permission is granted to too many groups');
}
