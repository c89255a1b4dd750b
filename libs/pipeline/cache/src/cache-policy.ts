const policies = new WeakMap<object, CachePolicy>();
const dropped = new WeakMap<object, readonly string[]>();

/** How the responses of a GET endpoint are cached. */
export interface CachePolicy {
  /** Lifetime of an entry in milliseconds, at least one second. */
  ttl: number;
  /**
   * Shares one entry among all callers; only for responses that do not depend on the caller. Default: one entry per
   * caller.
   */
  shared?: boolean;
  /** Tags of the data in the response: a write that invalidates one of them removes the entry. */
  tags: readonly string[];
}

/** Caches the responses of a GET endpoint. Use it through `@Endpoint`, which also installs the interceptor. */
export function Cached(policy: CachePolicy): MethodDecorator {
  if (!Number.isInteger(policy.ttl) || policy.ttl < 1000) {
    throw new Error(`A cache ttl must be a whole number of milliseconds, at least 1000, not ${policy.ttl}`);
  }
  if (policy.tags.length === 0)
    throw new Error('A cached endpoint needs at least one tag, or no write can drop its entries');
  return (_target, _key, descriptor) => void policies.set(descriptor.value as object, policy);
}

/**
 * Invalidates all entries with these tags in every process, after the handler succeeds and before the response is
 * sent.
 */
export function InvalidatesCache(tags: readonly string[]): MethodDecorator {
  return (_target, _key, descriptor) => void dropped.set(descriptor.value as object, tags);
}

export function cachePolicyOf(handler: object): CachePolicy | undefined {
  return policies.get(handler);
}

export function invalidatedTagsOf(handler: object): readonly string[] {
  return dropped.get(handler) ?? [];
}
