import { Injectable } from '@nestjs/common';
import { DataSource, EntityManager } from 'typeorm';
import { actor, AuditTrail } from '@gatehouse/audit';
import { BusinessRuleProblem, type ClientInfo, found, type Principal } from '@gatehouse/http';
import { requireUser } from '@gatehouse/users';
import { MAX_MEMBERS } from './organiser.dto.js';
import { type MemberRight, OrganiserMember } from '../entities/organiser-member.entity.js';
import { Organiser } from '../entities/organiser.entity.js';

/** Manages the members of organisers. Rights are read with each request, so a change takes effect at once. */
@Injectable()
export class OrganiserMembersService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly audit: AuditTrail,
  ) {}

  /** Sets exactly these rights, for a new or existing member. */
  async set(
    organiserId: string,
    userId: string,
    rights: readonly MemberRight[],
    caller: Principal,
    client: ClientInfo,
  ): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await this.require(organiserId, userId, manager);
      await requireRoom(organiserId, userId, manager);
      const member = { canManage: rights.includes('manage'), canScan: rights.includes('scan') };
      await manager.upsert(OrganiserMember, { organiserId, userId, ...member }, ['organiserId', 'userId']);
      const details = { organiserId, rights };
      await this.audit.record(
        { ...actor(caller, client), action: 'ticketing.member-set', subjectId: userId, details },
        manager,
      );
    });
  }

  /** Does nothing when the user is not a member. */
  async remove(organiserId: string, userId: string, caller: Principal, client: ClientInfo): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await this.require(organiserId, userId, manager);
      const { affected } = await manager.delete(OrganiserMember, { organiserId, userId });
      if (!affected) return;
      const details = { organiserId };
      await this.audit.record(
        { ...actor(caller, client), action: 'ticketing.member-removed', subjectId: userId, details },
        manager,
      );
    });
  }

  private async require(organiserId: string, userId: string, manager: EntityManager): Promise<void> {
    // Serialises changes of the members, so that the limit holds.
    const lock = { mode: 'for_no_key_update' } as const;
    found(await manager.findOne(Organiser, { where: { id: organiserId }, lock }), 'Organiser');
    await requireUser(userId, manager);
  }
}

/** Limits the number of members, since an organiser lists all of them. */
async function requireRoom(organiserId: string, userId: string, manager: EntityManager): Promise<void> {
  if (await manager.existsBy(OrganiserMember, { organiserId, userId })) return;
  if ((await manager.countBy(OrganiserMember, { organiserId })) >= MAX_MEMBERS)
    throw new BusinessRuleProblem('Organiser has too many members');
}
