import { BusinessRuleProblem } from '@gatehouse/http';
import type { Counters } from './counters.js';

/**
 * Sees to it that a new quota leaves room for what is sold.
 *
 * @param before locked, so that nothing is sold meanwhile
 * @param quota `undefined`: it stays as it is
 */
export function requireRoomFor({ usedQuota }: Counters, quota: number | null | undefined): void {
  if (quota != null && quota < usedQuota)
    throw new BusinessRuleProblem('Cannot set quota less than used quota');
}
