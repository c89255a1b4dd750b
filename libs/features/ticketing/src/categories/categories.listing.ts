import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { Principal } from '@gatehouse/http';
import { TicketedEvent } from '../events/event.entity.js';
import { found } from '../not-found.js';
import { EventSession } from '../sessions/event-session.entity.js';
import { categoriesOf } from './categories-of.js';
import type { TicketCategoryDto } from './dto/category.dto.js';

@Injectable()
export class CategoriesListing {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * Those of an event.
   *
   * @param displayAll also those whose group the caller is not in
   * @throws {NotFoundProblem}
   */
  async ofEvent(eventId: string, displayAll: boolean, caller: Principal): Promise<TicketCategoryDto[]> {
    const { manager } = this.dataSource;
    found((await manager.existsBy(TicketedEvent, { id: eventId })) || undefined, 'Event');
    const categories = await categoriesOf({ eventId }, manager);
    return displayAll ? categories : this.openTo(caller, categories);
  }

  /** Those that are sold for a session; as {@link ofEvent}. */
  async ofSession(sessionId: string, displayAll: boolean, caller: Principal): Promise<TicketCategoryDto[]> {
    const session = await this.dataSource.manager.findOneBy(EventSession, { id: sessionId });
    const { eventId } = found(session, 'Session');
    const categories = await this.ofEvent(eventId, displayAll, caller);
    return categories.filter(({ sessionIds }) => sessionIds.length === 0 || sessionIds.includes(sessionId));
  }

  private async openTo(caller: Principal, categories: TicketCategoryDto[]): Promise<TicketCategoryDto[]> {
    const groups = await this.dataSource.query<{ group_id: string }[]>(
      'SELECT group_id FROM group_members WHERE user_id = $1 AND group_id = ANY($2)',
      [caller.id, categories.map(({ requiredGroupId }) => requiredGroupId).filter(Boolean)],
    );
    const own = new Set([null, ...groups.map(({ group_id }) => group_id)]);
    return categories.filter(({ requiredGroupId }) => own.has(requiredGroupId));
  }
}
