import { Injectable } from '@nestjs/common';
import { DataSource, EntityManager, In } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import {
  BusinessRuleProblem,
  found,
  NotFoundProblem,
  type Precondition,
  type Principal,
} from '@gatehouse/http';
import { AvailabilityNotices } from '../availability/availability-notices.js';
import { lockEvent } from './event-lock.js';
import { definedFields } from '../defined-fields.js';
import { requireManager } from '../organisers/authority.js';
import { requireRoomFor } from '../counters.js';
import { EventSession } from '../entities/event-session.entity.js';
import { Ticket } from '../entities/ticket.entity.js';
import { categoriesOf } from './categories-of.js';
import { CategorySession } from '../entities/category-session.entity.js';
import { CreateCategoryDto, type TicketCategoryDto, UpdateCategoryDto } from './category.dto.js';
import { TicketCategory } from '../entities/ticket-category.entity.js';

/** Each change locks the event first, as a sale does. */
@Injectable()
export class TicketCategoriesService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly notices: AvailabilityNotices,
  ) {}

  /** @throws {NotFoundProblem} */
  get(id: string): Promise<TicketCategoryDto> {
    return this.find(id, this.dataSource.manager);
  }

  async create({ sessionIds, ...fields }: CreateCategoryDto, caller: Principal): Promise<TicketCategoryDto> {
    const { eventId } = fields;
    const id = uuidv7();
    const category = await this.dataSource.transaction(async (manager) => {
      const { organiserId } = await lockEvent(eventId, manager);
      await requireManager(caller, organiserId, manager);
      await this.requireSessions(eventId, sessionIds, manager);
      await manager.insert(TicketCategory, { ...fields, id });
      await this.link(id, sessionIds, manager);
      return this.find(id, manager);
    });
    this.notices.changed(eventId);
    return category;
  }

  /** Changes the given fields. */
  async update(
    id: string,
    { sessionIds, ...changes }: UpdateCategoryDto,
    caller: Principal,
    ifMatch?: Precondition,
  ): Promise<TicketCategoryDto> {
    const category = await this.dataSource.transaction(async (manager) => {
      const before = await this.lock(id, caller, manager);
      await ifMatch?.require(() => this.find(id, manager));
      requireRoomFor(before, changes.quota);
      if (sessionIds) {
        await this.requireSessions(before.eventId, sessionIds, manager);
        await manager.delete(CategorySession, { categoryId: id });
        await this.link(id, sessionIds, manager);
      }
      const written = definedFields(changes);
      if (written) await manager.update(TicketCategory, id, written);
      return this.find(id, manager);
    });
    this.notices.changed(category.eventId);
    return category;
  }

  /** @throws {BusinessRuleProblem} while places are used, or tickets refer to it */
  async remove(id: string, caller: Principal, ifMatch?: Precondition): Promise<void> {
    const eventId = await this.dataSource.transaction(async (manager) => {
      const category = await this.lock(id, caller, manager);
      await ifMatch?.require(() => this.find(id, manager));
      if (category.usedQuota > 0) throw new BusinessRuleProblem('Cannot delete a category with used quota');
      if (await manager.existsBy(Ticket, { categoryId: id }))
        throw new BusinessRuleProblem('Cannot delete a category with associated tickets');
      await manager.delete(TicketCategory, id);
      return category.eventId;
    });
    this.notices.changed(eventId);
  }

  private async lock(id: string, caller: Principal, manager: EntityManager): Promise<TicketCategory> {
    const { eventId } = await this.find(id, manager);
    const { organiserId } = await lockEvent(eventId, manager);
    await requireManager(caller, organiserId, manager);
    const lock = { mode: 'pessimistic_write' } as const;
    return found(await manager.findOne(TicketCategory, { where: { id }, lock }), 'Category');
  }

  private async requireSessions(eventId: string, ids: string[], manager: EntityManager): Promise<void> {
    const known = await manager.countBy(EventSession, { id: In(ids), eventId });
    if (known < ids.length) throw new NotFoundProblem('One or more sessions not found');
  }

  private async link(categoryId: string, sessionIds: string[], manager: EntityManager): Promise<void> {
    if (sessionIds.length === 0) return;
    await manager.insert(
      CategorySession,
      sessionIds.map((sessionId) => ({ categoryId, sessionId })),
    );
  }

  private async find(id: string, manager: EntityManager): Promise<TicketCategoryDto> {
    return found((await categoriesOf({ id }, manager))[0], 'Category');
  }
}
