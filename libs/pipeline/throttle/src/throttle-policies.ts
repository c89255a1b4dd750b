import { ExecutionContext, Injectable, Type } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Environment } from '@gatehouse/config';
import { seconds } from './duration.js';
import { loadTestLimit } from './load-test-limit.js';
import { THROTTLE } from './throttle.decorator.js';
import { checkThrottlePolicy, type ThrottlePolicy } from './throttle-policy.js';

/** The throttle of one route, ready for use. */
export interface ThrottledRoute extends ThrottlePolicy {
  /** Names the route in keys, the same in every process. */
  readonly id: string;
}

type Handler = ReturnType<ExecutionContext['getHandler']>;

/** Which throttle a route has. Resolved once per route; resolve all at start to have faults stop the start. */
@Injectable()
export class ThrottlePolicies {
  private readonly routes = new Map<Type, Map<Handler, ThrottledRoute | undefined>>();
  private readonly ids = new Set<string>();
  private readonly fallback: ThrottlePolicy;

  constructor(
    private readonly reflector: Reflector,
    private readonly environment: Environment,
  ) {
    const { THROTTLE_LIMIT, THROTTLE_TTL_SECONDS } = environment;
    this.fallback = checkThrottlePolicy({ limit: THROTTLE_LIMIT, ttl: seconds(THROTTLE_TTL_SECONDS) });
  }

  /**
   * @returns `undefined` when the route is not throttled
   * @throws {Error} when two routes would share one count because their names are the same
   */
  of(controller: Type, handler: Handler): ThrottledRoute | undefined {
    let handlers = this.routes.get(controller);
    if (!handlers) this.routes.set(controller, (handlers = new Map()));
    if (!handlers.has(handler)) handlers.set(handler, this.resolve(controller, handler));
    return handlers.get(handler);
  }

  private resolve(controller: Type, handler: Handler): ThrottledRoute | undefined {
    const own = this.reflector.getAllAndOverride<ThrottlePolicy | false | undefined>(THROTTLE, [
      handler,
      controller,
    ]);
    if (own === false) return undefined;
    const id = `${controller.name}.${handler.name}`;
    if (this.ids.has(id))
      throw new Error(`Two routes are named ${id} and would share one throttle: rename one`);
    this.ids.add(id);
    const { limit, ttl } = own ?? this.fallback;
    return { id, limit: loadTestLimit(limit, this.environment), ttl };
  }
}
