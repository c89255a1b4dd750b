import type { EntityManager } from 'typeorm';
import { BusinessRuleProblem } from '@gatehouse/http';
import type { LimitedEntity } from './entities/limited.entity.js';

/** Subtracts expired unpaid tickets, which the database counts until they are swept. */
export async function withoutExpired<T extends LimitedEntity>(
  reference: 'event_id' | 'session_id' | 'category_id',
  rows: T[],
  manager: EntityManager,
): Promise<T[]> {
  const expired = await manager.query<{ id: string; places: number }[]>(
    `SELECT ${reference} AS id, count(*)::integer AS places FROM (
       SELECT ${reference} FROM ticketing_tickets WHERE status = 'pending' AND expires_at <= now() OFFSET 0
     ) due WHERE ${reference} = ANY($1) GROUP BY ${reference}`,
    [rows.map(({ id }) => id)],
  );
  const places = new Map(expired.map((row) => [row.id, row.places]));
  return rows.map((row) => ({ ...row, usedQuota: row.usedQuota - (places.get(row.id) ?? 0) }));
}

/** Checks that a changed quota leaves room for what is sold. The row must be locked. */
export function requireRoomFor({ quota, usedQuota }: LimitedEntity): void {
  if (quota !== null && quota < usedQuota)
    throw new BusinessRuleProblem('Cannot set quota less than used quota');
}
