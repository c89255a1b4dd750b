/** Admits `limit` requests per window of `ttl` milliseconds; the next one blocks the caller for another `ttl`. */
export interface ThrottlePolicy {
  /** Requests per window, caller and route; an integer of at least 1. */
  limit: number;
  /** Milliseconds, at least 1000: use `seconds(n)`, `minutes(n)` or `hours(n)`. */
  ttl: number;
}

const MIN_TTL_MS = 1_000;

/** @throws {RangeError} when the policy is invalid; the message says why */
export function checkThrottlePolicy<T extends ThrottlePolicy>(policy: T): T {
  const { limit, ttl } = policy;
  if (!Number.isSafeInteger(limit) || limit < 1) {
    throw new RangeError(`A throttle's limit must be an integer of at least 1, but is ${limit}`);
  }
  if (!Number.isSafeInteger(ttl) || ttl < MIN_TTL_MS) {
    throw new RangeError(`A throttle's ttl must be at least ${MIN_TTL_MS} whole milliseconds, but is ${ttl}`);
  }
  return policy;
}
