import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { EntityManager, Repository } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { actor, AuditTrail } from '@gatehouse/audit';
import { foreignKeyViolation } from '@gatehouse/database';
import {
  BusinessRuleProblem,
  type ClientInfo,
  found,
  type Precondition,
  type Principal,
} from '@gatehouse/http';
import { type CursorPageOf, Listings, type ListRequest, type PageOf } from '@gatehouse/listing';
import { requireUser } from '@gatehouse/users';
import { type MemberRight, Organiser, OrganiserMember, rightsOf } from '../entities/organiser.entity.js';
import {
  CreateOrganiserDto,
  MAX_MEMBERS,
  OrganiserDetailsDto,
  organisersListing,
  UpdateOrganiserDto,
} from './organiser.dto.js';

/** Organisers and their members, whose rights are read with each request: a change takes effect at once. */
@Injectable()
export class OrganisersService {
  constructor(
    @InjectRepository(Organiser) private readonly organisers: Repository<Organiser>,
    private readonly audit: AuditTrail,
    private readonly listings: Listings,
  ) {}

  list(query: ListRequest): Promise<PageOf<Organiser> | CursorPageOf<Organiser>> {
    return this.listings.list(this.organisers.createQueryBuilder('organiser'), query, organisersListing);
  }

  async get(id: string, manager = this.organisers.manager): Promise<OrganiserDetailsDto> {
    const organiser = found(await manager.findOneBy(Organiser, { id }), 'Organiser');
    const inOrder = { where: { organiserId: id }, order: { userId: 'ASC' } } as const;
    const members = await manager.find(OrganiserMember, inOrder);
    return {
      ...organiser,
      members: members.map((member) => ({ userId: member.userId, rights: rightsOf(member) })),
    };
  }

  async create({ name }: CreateOrganiserDto): Promise<OrganiserDetailsDto> {
    const organiser = this.organisers.create({ id: uuidv7(), name });
    await this.organisers.insert(organiser);
    return { ...organiser, members: [] };
  }

  update(id: string, changes: UpdateOrganiserDto, ifMatch?: Precondition): Promise<OrganiserDetailsDto> {
    return this.organisers.manager.transaction(async (manager) => {
      const organiser = await this.lock(id, manager);
      await ifMatch?.require(() => this.get(id, manager));
      await manager.save(manager.merge(Organiser, organiser, changes));
      return this.get(id, manager);
    });
  }

  remove(id: string, ifMatch?: Precondition): Promise<void> {
    return this.organisers.manager.transaction(async (manager) => {
      await this.lock(id, manager);
      await ifMatch?.require(() => this.get(id, manager));
      await manager.delete(Organiser, id).catch((error: unknown) => {
        if (foreignKeyViolation(error) !== 'ticketing_events_organiser_id_fkey') throw error;
        throw new BusinessRuleProblem('Cannot delete an organiser with associated events');
      });
    });
  }

  /** Sets exactly these rights, for a new or existing member. */
  setMember(
    organiserId: string,
    userId: string,
    rights: readonly MemberRight[],
    caller: Principal,
    client: ClientInfo,
  ): Promise<void> {
    return this.organisers.manager.transaction(async (manager) => {
      await this.lock(organiserId, manager);
      await requireUser(userId, manager);
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
  removeMember(organiserId: string, userId: string, caller: Principal, client: ClientInfo): Promise<void> {
    return this.organisers.manager.transaction(async (manager) => {
      await this.lock(organiserId, manager);
      await requireUser(userId, manager);
      const { affected } = await manager.delete(OrganiserMember, { organiserId, userId });
      if (!affected) return;
      await this.audit.record(
        {
          ...actor(caller, client),
          action: 'ticketing.member-removed',
          subjectId: userId,
          details: { organiserId },
        },
        manager,
      );
    });
  }

  /** Serialises changes of the organiser and of its members, so that the limit of members holds. */
  private async lock(id: string, manager: EntityManager): Promise<Organiser> {
    const lock = { mode: 'for_no_key_update' } as const;
    return found(await manager.findOne(Organiser, { where: { id }, lock }), 'Organiser');
  }
}

/** Limits the number of members, since an organiser lists all of them. */
async function requireRoom(organiserId: string, userId: string, manager: EntityManager): Promise<void> {
  if (await manager.existsBy(OrganiserMember, { organiserId, userId })) return;
  if ((await manager.countBy(OrganiserMember, { organiserId })) >= MAX_MEMBERS)
    throw new BusinessRuleProblem('Organiser has too many members');
}
