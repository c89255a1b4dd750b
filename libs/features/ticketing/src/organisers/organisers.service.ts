import { Injectable } from '@nestjs/common';
import { DataSource, EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { foreignKeyViolation } from '@gatehouse/database';
import { BusinessRuleProblem, found, type Precondition } from '@gatehouse/http';
import { CursorPageOf, Listings, ListRequest, PageOf } from '@gatehouse/listing';
import {
  CreateOrganiserDto,
  OrganiserDetailsDto,
  organisersListing,
  UpdateOrganiserDto,
} from './organiser.dto.js';
import { definedFields } from '../defined-fields.js';
import { OrganiserMember, rightsOf } from '../entities/organiser-member.entity.js';
import { Organiser } from '../entities/organiser.entity.js';

@Injectable()
export class OrganisersService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly listings: Listings,
  ) {}

  list(query: ListRequest): Promise<PageOf<Organiser> | CursorPageOf<Organiser>> {
    return this.listings.list(
      this.dataSource.manager.createQueryBuilder(Organiser, 'organiser'),
      query,
      organisersListing,
    );
  }

  /** @throws {NotFoundProblem} */
  get(id: string): Promise<OrganiserDetailsDto> {
    return this.details(id, this.dataSource.manager);
  }

  create({ name }: CreateOrganiserDto): Promise<OrganiserDetailsDto> {
    const id = uuidv7();
    return this.dataSource.transaction(async (manager) => {
      await manager.insert(Organiser, { id, name });
      return this.details(id, manager);
    });
  }

  /** @throws {NotFoundProblem} */
  update(id: string, changes: UpdateOrganiserDto, ifMatch?: Precondition): Promise<OrganiserDetailsDto> {
    return this.dataSource.transaction(async (manager) => {
      await this.lock(id, ifMatch, manager);
      const written = definedFields(changes);
      if (written) await manager.update(Organiser, id, written);
      return this.details(id, manager);
    });
  }

  /** @throws {BusinessRuleProblem} while it has events */
  async remove(id: string, ifMatch?: Precondition): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await this.lock(id, ifMatch, manager);
      await manager.delete(Organiser, id).catch((error: unknown) => {
        if (foreignKeyViolation(error) !== 'ticketing_events_organiser_id_fkey') throw error;
        throw new BusinessRuleProblem('Cannot delete an organiser with associated events');
      });
    });
  }

  private async lock(id: string, ifMatch: Precondition | undefined, manager: EntityManager): Promise<void> {
    found(
      await manager.findOne(Organiser, { where: { id }, lock: { mode: 'pessimistic_write' } }),
      'Organiser',
    );
    await ifMatch?.require(() => this.details(id, manager));
  }

  private async details(id: string, manager: EntityManager): Promise<OrganiserDetailsDto> {
    const organiser = found(await manager.findOneBy(Organiser, { id }), 'Organiser');
    const members = await manager.find(OrganiserMember, {
      where: { organiserId: id },
      order: { userId: 'ASC' },
    });
    return {
      ...organiser,
      members: members.map((member) => ({ userId: member.userId, rights: rightsOf(member) })),
    };
  }
}
