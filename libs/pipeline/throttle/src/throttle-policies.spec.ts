import type { Type } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Environment } from '@gatehouse/config';
import { describe, expect, it } from 'vitest';
import { hours, minutes, seconds } from './duration.js';
import { Throttle } from './throttle.decorator.js';
import { ThrottlePolicies } from './throttle-policies.js';

@Throttle({ limit: 7, ttl: minutes(1) })
class Strict {
  inherits() {}

  @Throttle({ limit: 3, ttl: hours(1) })
  own() {}

  @Throttle(false)
  free() {}
}

class Plain {
  list() {}
}

class Base {
  shared() {}
}
class First extends Base {}
class Second extends Base {}

describe('ThrottlePolicies', () => {
  const environment = Object.assign(new Environment(), { THROTTLE_LIMIT: 300, THROTTLE_TTL_SECONDS: 60 });
  const policies = () => new ThrottlePolicies(new Reflector(), environment);

  it('takes the route’s own policy, else its controller’s, else the default: one, never two', () => {
    expect(policies().of(Strict, Strict.prototype.own)).toEqual({
      id: 'Strict.own',
      limit: 3,
      ttl: 3_600_000,
    });
    expect(policies().of(Strict, Strict.prototype.inherits)).toMatchObject({ limit: 7, ttl: 60_000 });
    expect(policies().of(Plain, Plain.prototype.list)).toMatchObject({ limit: 300, ttl: seconds(60) });
    expect(policies().of(Strict, Strict.prototype.free)).toBeUndefined();
  });

  it('resolves a route once', () => {
    const resolved = policies();
    expect(resolved.of(Plain, Plain.prototype.list)).toBe(resolved.of(Plain, Plain.prototype.list));
  });

  it('counts an inherited handler for each controller', () => {
    const resolved = policies();
    expect(resolved.of(First, First.prototype.shared)?.id).toBe('First.shared');
    expect(resolved.of(Second, Second.prototype.shared)?.id).toBe('Second.shared');
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
  ])('refuses %j where it is written', (policy, message) => {
    expect(() => Throttle(policy)).toThrow(message);
  });

  it('multiplies declared and default limits for load tests, never beyond a safe integer', () => {
    const limitOf = (
      settings: Partial<Environment>,
      handler = Plain.prototype.list,
      controller: Type = Plain,
    ) =>
      new ThrottlePolicies(
        new Reflector(),
        Object.assign(new Environment(), { THROTTLE_DISABLED: true }, settings),
      ).of(controller, handler)?.limit;
    expect(limitOf({ THROTTLE_LIMIT: 300 })).toBe(300_000_000);
    expect(limitOf({}, Strict.prototype.own, Strict)).toBe(3_000_000);
    expect(limitOf({}, Strict.prototype.free, Strict)).toBeUndefined();
    expect(limitOf({ THROTTLE_LIMIT: Number.MAX_SAFE_INTEGER })).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('refuses a default that cannot work', () => {
    const broken = Object.assign(new Environment(), { THROTTLE_LIMIT: 0 });
    expect(() => new ThrottlePolicies(new Reflector(), broken)).toThrow(/limit/);
  });
});
