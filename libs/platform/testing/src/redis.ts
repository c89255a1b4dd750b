import { describe } from 'vitest';

/** The Redis that specs may use, from `REDIS_URL`. */
export const redisUrl: string | undefined = process.env['REDIS_URL'] || undefined;

/**
 * Specs that need a Redis. Without `REDIS_URL` they are skipped, loudly.
 *
 * @param specs takes the URL; it also runs, to collect what is skipped, with an empty one
 */
export function describeWithRedis(name: string, specs: (url: string) => void): void {
  if (!redisUrl) console.warn(`SKIPPED, since REDIS_URL is not set: ${name}`);
  describe.skipIf(!redisUrl)(name, () => specs(redisUrl ?? ''));
}
