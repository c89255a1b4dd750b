import type { Environment } from '@gatehouse/config';

const SCALE = 1_000_000;

/**
 * A limit, and with `THROTTLE_DISABLED` a million times as much: a load test then runs the throttle as production
 * does, counts and headers included, and never reaches it.
 */
export function loadTestLimit(limit: number, { THROTTLE_DISABLED }: Environment): number {
  return THROTTLE_DISABLED ? Math.min(limit * SCALE, Number.MAX_SAFE_INTEGER) : limit;
}
