import { UnavailableProblem } from '@gatehouse/http';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createLogger } from '../logging/logger.js';
import { Lines } from '../testing/spec-server.js';
import { Draining } from './draining.js';
import { HealthService } from './health.service.js';

describe('HealthService', () => {
  let lines: Lines;
  let draining: Draining;
  let health: HealthService;

  beforeEach(() => {
    lines = new Lines();
    draining = new Draining();
    health = new HealthService(draining, createLogger('info', lines));
  });

  const refusal = async (): Promise<UnavailableProblem> => {
    const error: unknown = await health.ready().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(UnavailableProblem);
    return error as UnavailableProblem;
  };

  it('is ready when every check passes', async () => {
    health.register('database', async () => {});
    health.register('redis', async () => {});
    expect(await health.ready()).toEqual({ status: 'ok', checks: { database: 'ok', redis: 'ok' } });
  });

  it('names failing checks to the caller, and logs the reasons, once until they change', async () => {
    let broken = true;
    health.register('database', () =>
      broken ? Promise.reject(new Error('at 10.0.0.5')) : Promise.resolve(),
    );
    health.register('redis', async () => {});
    for (let i = 0; i < 3; i++) {
      const problem = await refusal();
      expect(problem.detail).toBe('Not ready: database');
      expect(problem.headers).toHaveProperty('retry-after');
    }
    expect(lines.named('health_check_failed')).toMatchObject([
      { check: 'database', err: { message: 'at 10.0.0.5' } },
    ]);
    broken = false;
    await health.ready();
    await health.ready();
    expect(lines.named('health_checks_passed')).toHaveLength(1);
  });

  it('stays ready without optional dependencies, and reports them', async () => {
    let broken = true;
    health.register('database', async () => {});
    health.register('redis', () => (broken ? Promise.reject(new Error('gone')) : Promise.resolve()), {
      optional: true,
    });
    for (let i = 0; i < 2; i++) {
      expect(await health.ready()).toEqual({ status: 'degraded', checks: { database: 'ok', redis: 'away' } });
    }
    expect(lines.named('health_check_failed')).toMatchObject([{ check: 'redis', optional: true }]);
    broken = false;
    expect(await health.ready()).toEqual({ status: 'ok', checks: { database: 'ok', redis: 'ok' } });
    expect(lines.named('health_checks_passed')).toHaveLength(1);
  });

  it('names only what is essential when it is not ready', async () => {
    health.register('database', () => Promise.reject(new Error('gone')));
    health.register('redis', () => Promise.reject(undefined), { optional: true });
    expect((await refusal()).detail).toBe('Not ready: database');
  });

  it('takes a check that throws at once as failed', async () => {
    health.register('database', () => {
      throw new Error('no pool');
    });
    expect((await refusal()).detail).toBe('Not ready: database');
  });

  it('gives a check two seconds, and queries a hanging dependency only once', async () => {
    // No others: what earlier specs of this process have left may start some.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const check = vi.fn(() => new Promise<void>(() => {}));
      health.register('database', check);
      const answers = [refusal(), refusal()];
      await vi.advanceTimersByTimeAsync(1999);
      expect(lines.all).toEqual([]);
      await vi.advanceTimersByTimeAsync(1);
      expect((await answers[0]!).detail).toBe('Not ready: database');
      await answers[1];
      expect(check).toHaveBeenCalledTimes(1);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('is not ready while draining', async () => {
    draining.begin();
    expect((await refusal()).detail).toBe('The server is shutting down');
  });

  it('refuses two checks of one name', () => {
    health.register('database', async () => {});
    expect(() => health.register('database', async () => {})).toThrow('already');
  });
});
