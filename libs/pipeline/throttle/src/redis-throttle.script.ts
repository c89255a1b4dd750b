import { createHash } from 'node:crypto';

/**
 * The rule of `throttle-window.ts` as an atomic script on the clock of Redis. A key holds the hits of its window, or
 * `blocked`, and expires at the end of the window or block. KEYS[1] the key · ARGV[1] limit · ARGV[2] ttl in ms ·
 * ARGV[3] length of a block in ms → [1 when passed, remaining, ms until it expires]
 */
export const script = `
local limit = tonumber(ARGV[1])
local ttl = tonumber(ARGV[2])
local hits = redis.call('GET', KEYS[1])
if not hits then
  redis.call('SET', KEYS[1], 1, 'PX', ttl)
  return {1, limit - 1, ttl}
end
if hits ~= 'blocked' then
  if tonumber(hits) < limit then
    return {1, limit - redis.call('INCR', KEYS[1]), redis.call('PTTL', KEYS[1])}
  end
  redis.call('SET', KEYS[1], 'blocked', 'PX', tonumber(ARGV[3]))
end
return {0, 0, redis.call('PTTL', KEYS[1])}
`;

export const scriptSha1 = createHash('sha1').update(script).digest('hex');
