import type { Environment } from '@gatehouse/config';

const SCALE = 1_000_000;

/**
 * Returns the limit, multiplied by a million with `THROTTLE_DISABLED`: a load test then runs the same code as
 * production, counts and headers included, but never reaches the limit.
 */
export function loadTestLimit(limit: number, { THROTTLE_DISABLED }: Environment): number {
  return THROTTLE_DISABLED ? Math.min(limit * SCALE, Number.MAX_SAFE_INTEGER) : limit;
}
