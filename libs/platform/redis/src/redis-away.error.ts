/** Redis is not configured, not connected, or does not answer in time. */
export class RedisAwayError extends Error {
  override readonly name = 'RedisAwayError';

  constructor(message = 'Redis is away') {
    super(message);
  }
}
