import { CustomDecorator, SetMetadata } from '@nestjs/common';
import { checkThrottlePolicy, type ThrottlePolicy } from './throttle-policy.js';

export const THROTTLE = 'gatehouse:throttle';

/**
 * The throttle of a route, or of every route of a controller. It replaces the default; a route's own replaces
 * its controller's.
 *
 * @param policy `false` for a route that is not throttled (the edge limit still holds)
 * @throws {RangeError} when the policy cannot work
 * @example `@Throttle({ limit: 5, ttl: minutes(1) })`
 */
export function Throttle(policy: ThrottlePolicy | false): CustomDecorator {
  return SetMetadata(THROTTLE, policy && checkThrottlePolicy(policy));
}
