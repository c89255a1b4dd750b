import { describe } from 'vitest';

/** The Redis for specs, from `REDIS_URL`. */
export const redisUrl: string | undefined = process.env['REDIS_URL'] || undefined;

/**
 * Specs that need a Redis. Without `REDIS_URL` they are skipped with a warning.
 * @param specs receives the URL; also called with an empty URL to collect skipped specs
 */
export function describeWithRedis(name: string, specs: (url: string) => void): void {
  if (!redisUrl) console.warn(`SKIPPED, since REDIS_URL is not set: ${name}`);
  describe.skipIf(!redisUrl)(name, () => specs(redisUrl ?? ''));
}
