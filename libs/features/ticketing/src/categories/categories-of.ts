import { type EntityManager, type FindOptionsWhere, In } from 'typeorm';
import type { TicketCategoryDto } from './dto/category.dto.js';
import { CategorySession } from './category-session.entity.js';
import { TicketCategory } from './ticket-category.entity.js';

/** Some categories with the sessions that they are sold for, the eldest first. */
export async function categoriesOf(
  where: FindOptionsWhere<TicketCategory>,
  manager: EntityManager,
): Promise<TicketCategoryDto[]> {
  const categories = await manager.find(TicketCategory, { where, order: { createdAt: 'ASC', id: 'ASC' } });
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
