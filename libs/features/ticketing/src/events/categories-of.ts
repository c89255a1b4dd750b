import { type EntityManager, type FindOptionsWhere, In } from 'typeorm';
import { withoutExpired } from '../counters.js';
import type { TicketCategoryDto } from './category.dto.js';
import { CategorySession } from '../entities/category-session.entity.js';
import { TicketCategory } from '../entities/ticket-category.entity.js';

/** Returns the oldest categories with the sessions for which they are sold. */
export async function categoriesOf(
  where: FindOptionsWhere<TicketCategory>,
  manager: EntityManager,
  take?: number,
): Promise<TicketCategoryDto[]> {
  const order = { createdAt: 'ASC', id: 'ASC' } as const;
  return withSessions(await manager.find(TicketCategory, { where, order, take }), manager);
}

/** Adds to each category the sessions for which it is sold. */
export async function withSessions(
  rows: TicketCategory[],
  manager: EntityManager,
): Promise<TicketCategoryDto[]> {
  const categories = await withoutExpired('category_id', rows, manager);
  const links = await manager.find(CategorySession, {
    where: { categoryId: In(categories.map(({ id }) => id)) },
    order: { sessionId: 'ASC' },
  });
  const sessionIds = Map.groupBy(links, ({ categoryId }) => categoryId);
  return categories.map((category) => ({
    ...category,
    sessionIds: (sessionIds.get(category.id) ?? []).map(({ sessionId }) => sessionId),
  }));
}
