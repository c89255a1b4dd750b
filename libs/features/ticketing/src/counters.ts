import type { EntityManager } from 'typeorm';
import { BusinessRuleProblem } from '@gatehouse/http';
import type { QuotaDto } from './ticketing.dto.js';

/** Counters of an event, session or category. */
export interface Counters {
  /** `null`: unlimited. */
  quota: number | null;
  /** Places of pending and confirmed tickets. Maintained only by the trigger on tickets. */
  usedQuota: number;
}

export function toQuotaDto({ quota, usedQuota }: Counters): QuotaDto {
  return { quota, used: usedQuota, remaining: quota === null ? null : quota - usedQuota };
}

/** Subtracts expired unpaid tickets, which the database counts until they are swept. */
export async function withoutExpired<T extends Counters & { id: string }>(
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

/**
 * Checks that a new quota leaves room for what is sold.
 *
 * @param before locked, so that nothing is sold meanwhile
 * @param quota `undefined`: it stays as it is
 */
export function requireRoomFor({ usedQuota }: Counters, quota: number | null | undefined): void {
  if (quota != null && quota < usedQuota)
    throw new BusinessRuleProblem('Cannot set quota less than used quota');
}
