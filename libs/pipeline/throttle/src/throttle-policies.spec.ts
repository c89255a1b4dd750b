import { Reflector } from '@nestjs/core';
import {
  hours,
  minutes,
  seconds,
  SkipThrottle,
  Throttle,
  type ThrottlerModuleOptions,
} from '@nestjs/throttler';
import { describe, expect, it } from 'vitest';
import { type RouteThrottle, ThrottlePolicies } from './throttle-policies.js';
import { checkThrottlePolicy } from './throttle-policy.js';

@Throttle({ default: { limit: 7, ttl: minutes(1) } })
class Strict {
  inherits() {}

  @Throttle({ default: { limit: 3, ttl: hours(1), blockDuration: hours(2) } })
  own() {}

  @SkipThrottle()
  free() {}

  @Throttle({ default: { limit: () => 3 } })
  varies() {}
}

@SkipThrottle()
class Free {
  inherits() {}

  @SkipThrottle({ default: false })
  counted() {}
}

class Plain {
  list() {}
}

class Base {
  shared() {}
}
class First extends Base {}
class Second extends Base {}

const policies = (options: ThrottlerModuleOptions = [{ limit: 300, ttl: seconds(60) }]) =>
  new ThrottlePolicies(new Reflector(), options);
const limits = (throttles: ReturnType<ThrottlePolicies['of']>) =>
  (throttles as RouteThrottle[]).map(({ throttler, limit, ttl, blockDuration }) => [
    throttler.name,
    limit,
    ttl,
    blockDuration,
  ]);

describe('ThrottlePolicies', () => {
  it('takes the route’s policy, else its controller’s, else the default, and never two', () => {
    const resolved = policies();
    expect(limits(resolved.of(Strict, Strict.prototype.own))).toEqual([['default', 3, 3_600_000, 7_200_000]]);
    expect(limits(resolved.of(Strict, Strict.prototype.inherits))).toEqual([['default', 7, 60_000, 60_000]]);
    expect(limits(resolved.of(Plain, Plain.prototype.list))).toEqual([['default', 300, 60_000, 60_000]]);
    expect(resolved.of(Strict, Strict.prototype.free)).toEqual([]);
    expect(resolved.of(Free, Free.prototype.inherits)).toEqual([]);
    expect(limits(resolved.of(Free, Free.prototype.counted))).toEqual([['default', 300, 60_000, 60_000]]);
  });

  it('takes each of several named throttles', () => {
    const resolved = policies([
      { name: 'burst', limit: 5, ttl: seconds(1) },
      { name: 'hourly', limit: 1000, ttl: hours(1) },
    ]);
    expect(limits(resolved.of(Plain, Plain.prototype.list))).toEqual([
      ['burst', 5, 1000, 1000],
      ['hourly', 1000, 3_600_000, 3_600_000],
    ]);
  });

  it('defers to the request what depends on the request', () => {
    expect(policies().of(Strict, Strict.prototype.varies)).toBe('per request');
    const conditional = policies({ skipIf: () => true, throttlers: [{ limit: 1, ttl: 1000 }] });
    expect(conditional.of(Plain, Plain.prototype.list)).toBe('per request');
  });

  it('resolves a route once', () => {
    const resolved = policies();
    expect(resolved.of(Plain, Plain.prototype.list)).toBe(resolved.of(Plain, Plain.prototype.list));
  });

  it('counts an inherited handler for each controller', () => {
    const resolved = policies();
    resolved.of(First, First.prototype.shared);
    expect(() => resolved.of(Second, Second.prototype.shared)).not.toThrow();
  });

  it('refuses two routes that would share one count', () => {
    const resolved = policies();
    resolved.of(Plain, Plain.prototype.list);
    const Other = {
      Plain: class Plain {
        list() {}
      },
    }.Plain;
    expect(() => resolved.of(Other, Other.prototype.list)).toThrow('Plain.list');
  });

  it.each([
    [{ limit: 0, ttl: 60_000 }, /limit/],
    [{ limit: -1, ttl: 60_000 }, /limit/],
    [{ limit: 1.5, ttl: 60_000 }, /limit/],
    [{ limit: NaN, ttl: 60_000 }, /limit/],
    [{ limit: Infinity, ttl: 60_000 }, /limit/],
    [{ limit: '5' as never, ttl: 60_000 }, /limit/],
    [{ limit: 1, ttl: 60 }, /ttl.*60/],
    [{ limit: 1, ttl: NaN }, /ttl/],
    [{ limit: 1, ttl: 1000.5 }, /ttl/],
    [{ limit: 1, ttl: undefined as never }, /ttl/],
  ])('refuses %j, declared or as the default', (policy, message) => {
    expect(() => checkThrottlePolicy(policy)).toThrow(message);
    expect(() => policies([policy]).of(Plain, Plain.prototype.list)).toThrow(message);
  });
});
