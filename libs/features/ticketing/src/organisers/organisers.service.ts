import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { foreignKeyViolation } from '@gatehouse/database';
import { BusinessRuleProblem } from '@gatehouse/http';
import { CursorPageOf, ListingOptions, Listings, ListRequest, PageOf } from '@gatehouse/listing';
import { given } from '../given.js';
import { found } from '../not-found.js';
import { CreateOrganiserDto } from './dto/create-organiser.dto.js';
import { OrganiserDetailsDto } from './dto/organiser-details.dto.js';
import { UpdateOrganiserDto } from './dto/update-organiser.dto.js';
import { rightsOf } from './member-rights.js';
import { OrganiserMember } from './organiser-member.entity.js';
import { Organiser } from './organiser.entity.js';

const listing: ListingOptions = {
  keys: {
    name: { by: 'organiser.name', type: 'text' },
    createdAt: { by: 'organiser.createdAt', type: 'timestamptz' },
  },
  unique: { by: 'organiser.id', type: 'uuid' },
  defaultSort: 'name',
};

@Injectable()
export class OrganisersService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly listings: Listings,
  ) {}

  list(query: ListRequest): Promise<PageOf<Organiser> | CursorPageOf<Organiser>> {
    return this.listings.list(
      this.dataSource.manager.createQueryBuilder(Organiser, 'organiser'),
      query,
      listing,
    );
  }

  /** @throws {NotFoundProblem} */
  async get(id: string): Promise<OrganiserDetailsDto> {
    const { manager } = this.dataSource;
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

  async create({ name }: CreateOrganiserDto): Promise<OrganiserDetailsDto> {
    const id = uuidv7();
    await this.dataSource.manager.insert(Organiser, { id, name });
    return this.get(id);
  }

  /** @throws {NotFoundProblem} */
  async update(id: string, changes: UpdateOrganiserDto): Promise<OrganiserDetailsDto> {
    const written = given(changes);
    if (written) await this.dataSource.manager.update(Organiser, id, written);
    return this.get(id);
  }

  /** @throws {BusinessRuleProblem} while it has events */
  async remove(id: string): Promise<void> {
    const { affected } = await this.dataSource.manager.delete(Organiser, id).catch((error: unknown) => {
      if (foreignKeyViolation(error) !== 'ticketing_events_organiser_id_fkey') throw error;
      throw new BusinessRuleProblem('Cannot delete an organiser with associated events');
    });
    found(affected || undefined, 'Organiser');
  }
}
