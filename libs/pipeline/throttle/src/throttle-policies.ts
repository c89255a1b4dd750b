import { type ExecutionContext, Injectable, type Type } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  InjectThrottlerOptions,
  type ThrottlerModuleOptions,
  type ThrottlerOptions,
  type ThrottlerRequest,
} from '@nestjs/throttler';
import {
  THROTTLER_BLOCK_DURATION,
  THROTTLER_KEY_GENERATOR,
  THROTTLER_LIMIT,
  THROTTLER_SKIP,
  THROTTLER_TRACKER,
  THROTTLER_TTL,
} from '@nestjs/throttler/dist/throttler.constants.js';
import { checkThrottlePolicy } from './throttle-policy.js';

/** One throttle of a route, as the guard of `@nestjs/throttler` expects it. */
export type RouteThrottle = Pick<ThrottlerRequest, 'limit' | 'ttl' | 'blockDuration' | 'throttler'> &
  Partial<Pick<ThrottlerRequest, 'getTracker' | 'generateKey'>>;

/** The throttles of a route, empty when it has none; `'per request'` when they depend on the request. */
export type RouteThrottles = readonly RouteThrottle[] | 'per request';

type Handler = ReturnType<ExecutionContext['getHandler']>;

/** Names a route in storage keys, identically in every process. */
export function routeName(controller: Type, handler: Handler): string {
  return `${controller.name}.${handler.name}`;
}

/**
 * Resolves the throttles of a route from the options of the `ThrottlerModule` and from `@Throttle()` and
 * `@SkipThrottle()`, once per route. Resolve all routes at start, so that invalid ones stop it.
 */
@Injectable()
export class ThrottlePolicies {
  private readonly routes = new Map<Type, Map<Handler, RouteThrottles>>();
  private readonly names = new Set<string>();
  private readonly throttlers: readonly ThrottlerOptions[];
  private readonly isConditional: boolean;

  constructor(
    private readonly reflector: Reflector,
    @InjectThrottlerOptions() options: ThrottlerModuleOptions,
  ) {
    const { throttlers, ...common } = Array.isArray(options) ? { throttlers: options } : options;
    this.throttlers = throttlers.map((throttler) => ({ ...throttler, name: throttler.name ?? 'default' }));
    this.isConditional = [common, ...throttlers].some((each) => 'skipIf' in each && each.skipIf);
  }

  /**
   * @throws {RangeError} when a limit is invalid
   * @throws {Error} when two routes have the same name and would share a count
   */
  of(controller: Type, handler: Handler): RouteThrottles {
    let handlers = this.routes.get(controller);
    if (!handlers) this.routes.set(controller, (handlers = new Map()));
    let throttles = handlers.get(handler);
    if (!throttles) handlers.set(handler, (throttles = this.resolve(controller, handler)));
    return throttles;
  }

  private resolve(controller: Type, handler: Handler): RouteThrottles {
    const name = routeName(controller, handler);
    if (this.names.has(name))
      throw new Error(`Two routes are named ${name} and would share one throttle: rename one`);
    this.names.add(name);
    const throttles = this.throttlers
      .map((throttler) => this.throttleOf(throttler, [handler, controller]))
      .filter((throttle) => throttle !== undefined);
    const varies = ({ limit, ttl, blockDuration }: RouteThrottle) =>
      [limit, ttl, blockDuration].some((value) => typeof value === 'function');
    if (this.isConditional || throttles.some(varies)) return 'per request';
    return throttles.map(checkThrottlePolicy);
  }

  private throttleOf(throttler: ThrottlerOptions, targets: (Handler | Type)[]): RouteThrottle | undefined {
    const declared = <T>(key: string) =>
      this.reflector.getAllAndOverride<T | undefined>(key + throttler.name, targets);
    if (declared<boolean>(THROTTLER_SKIP)) return undefined;
    const ttl = declared<number>(THROTTLER_TTL) ?? (throttler.ttl as number);
    return {
      throttler,
      limit: declared<number>(THROTTLER_LIMIT) ?? (throttler.limit as number),
      ttl,
      blockDuration: declared<number>(THROTTLER_BLOCK_DURATION) ?? (throttler.blockDuration as number) ?? ttl,
      getTracker: declared(THROTTLER_TRACKER),
      generateKey: declared(THROTTLER_KEY_GENERATOR),
    };
  }
}
