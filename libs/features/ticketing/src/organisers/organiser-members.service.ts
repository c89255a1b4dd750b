import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, EntityManager } from 'typeorm';
import { AuditTrail } from '@gatehouse/audit';
import { BusinessRuleProblem, type Client, NotFoundProblem, type Principal } from '@gatehouse/http';
import { User } from '@gatehouse/users';
import { found } from '../not-found.js';
import { MAX_MEMBERS } from './dto/organiser-details.dto.js';
import type { MemberRight } from './member-rights.js';
import { OrganiserMember } from './organiser-member.entity.js';
import { Organiser } from './organiser.entity.js';

const lock = { mode: 'for_key_share' } as const;

/** Who may manage and scan for an organiser. Rights are read with each request, so a change works at once. */
@Injectable()
export class OrganiserMembersService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly audit: AuditTrail,
  ) {}

  /** Gives exactly these rights, to a member or a new one. */
  async set(
    organiserId: string,
    userId: string,
    rights: readonly MemberRight[],
    caller: Principal,
    client: Client,
  ): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await this.require(organiserId, userId, manager);
      await requireRoom(organiserId, userId, manager);
      const member = { canManage: rights.includes('manage'), canScan: rights.includes('scan') };
      await manager.upsert(OrganiserMember, { organiserId, userId, ...member }, ['organiserId', 'userId']);
      await this.record('ticketing.member-set', userId, { organiserId, rights }, caller, client, manager);
    });
  }

  /** Does nothing for one who is no member. */
  async remove(organiserId: string, userId: string, caller: Principal, client: Client): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await this.require(organiserId, userId, manager);
      const { affected } = await manager.delete(OrganiserMember, { organiserId, userId });
      if (affected)
        await this.record('ticketing.member-removed', userId, { organiserId }, caller, client, manager);
    });
  }

  private async require(organiserId: string, userId: string, manager: EntityManager): Promise<void> {
    // One change of its members at a time, so that their number holds.
    const own = { mode: 'for_no_key_update' } as const;
    found(await manager.findOne(Organiser, { where: { id: organiserId }, lock: own }), 'Organiser');
    const user = await manager.findOne(User, { select: { id: true }, where: { id: userId }, lock });
    if (!user) throw new NotFoundProblem(`User ${userId} not found`);
  }

  private record(
    action: string,
    subjectId: string,
    details: Record<string, unknown>,
    { id: actorId }: Principal,
    { address }: Client,
    manager: EntityManager,
  ): Promise<void> {
    return this.audit.record({ action, actorId, subjectId, address, details }, manager);
  }
}

/** An organiser shows its members whole, so there is a greatest number of them. */
async function requireRoom(organiserId: string, userId: string, manager: EntityManager): Promise<void> {
  if (await manager.existsBy(OrganiserMember, { organiserId, userId })) return;
  if ((await manager.countBy(OrganiserMember, { organiserId })) >= MAX_MEMBERS)
    throw new BusinessRuleProblem('Organiser has too many members');
}
