import { Injectable } from '@nestjs/common';
import { DataSource, EntityManager, IsNull, Not } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { actor, AuditTrail } from '@gatehouse/audit';
import { BusinessRuleProblem, type ClientInfo, NotFoundProblem, type Principal } from '@gatehouse/http';
import type { Role } from '@gatehouse/users';
import { PermissionCatalogue } from '@gatehouse/permissions';
import { ProcessBus } from '@gatehouse/process-bus';
import { requireGroup } from './group.entity.js';
import { MAX_GROUPS } from './permission.dto.js';
import { GRANTS_CHANGED, PermissionGrant } from './permission-grant.entity.js';
import { KnownPermission } from './known-permission.entity.js';

/** Recipient of a grant. */
export type Grantee = { role: Role } | { groupId: string };

/**
 * Manages which roles and groups have which permissions. When a change resolves, every process knows it; it is
 * published even when nothing changed, as for memberships.
 */
@Injectable()
export class GrantsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly catalogue: PermissionCatalogue,
    private readonly audit: AuditTrail,
    private readonly bus: ProcessBus,
  ) {}

  /** Grants a permission. Does nothing when it is already granted. */
  async add(permission: string, grantee: Grantee, caller: Principal, client: ClientInfo): Promise<void> {
    this.requirePermission(permission);
    await this.dataSource.transaction(async (manager) => {
      await requireGrantee(grantee, manager);
      if ('groupId' in grantee) await requireRoom(permission, grantee.groupId, manager);
      const added = await manager
        .createQueryBuilder()
        .insert()
        .into(PermissionGrant)
        .values({ id: uuidv7(), permission, ...grantee })
        .orIgnore()
        .returning('id')
        .execute();
      if ((added.raw as unknown[]).length === 0) return;
      await this.audit.record(
        { ...actor(caller, client), action: 'access.grant-added', subjectId: permission, details: grantee },
        manager,
      );
    });
    await this.bus.publish(GRANTS_CHANGED, permission);
  }

  /** Revokes a permission. Does nothing when it is not granted. */
  async remove(permission: string, grantee: Grantee, caller: Principal, client: ClientInfo): Promise<void> {
    this.requirePermission(permission);
    await this.dataSource.transaction(async (manager) => {
      await requireGrantee(grantee, manager);
      const { affected } = await manager.delete(PermissionGrant, { permission, ...grantee });
      if (!affected) return;
      await this.audit.record(
        { ...actor(caller, client), action: 'access.grant-removed', subjectId: permission, details: grantee },
        manager,
      );
    });
    await this.bus.publish(GRANTS_CHANGED, permission);
  }

  private requirePermission(name: string): void {
    if (!this.catalogue.has(name)) throw new NotFoundProblem(`Permission ${name} not found`);
  }
}

async function requireGrantee(grantee: Grantee, manager: EntityManager): Promise<void> {
  if ('groupId' in grantee) return requireGroup(grantee.groupId, manager);
  if (grantee.role === 'admin') throw new BusinessRuleProblem('The role admin holds every permission');
}

/** Limits the number of groups per permission, since the catalogue lists all of them. */
async function requireRoom(permission: string, groupId: string, manager: EntityManager): Promise<void> {
  // Serialises grants of a permission, so that the limit holds.
  await manager.findOne(KnownPermission, {
    where: { name: permission },
    lock: { mode: 'for_no_key_update' },
  });
  if (await manager.existsBy(PermissionGrant, { permission, groupId })) return;
  if ((await manager.countBy(PermissionGrant, { permission, groupId: Not(IsNull()) })) >= MAX_GROUPS)
    throw new BusinessRuleProblem('Permission is granted to too many groups');
}
