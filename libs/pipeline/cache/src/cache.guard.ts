import { CanActivate, ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { answered, replyOf, requestOf } from '@gatehouse/http';
import { canonicalQuery } from '@gatehouse/validation';
import { cacheKey } from './cache-key.js';
import { CachePolicy, cachePolicyOf } from './cache-policy.js';
import { replay } from './replay.js';
import { ResponseCache } from './response-cache.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set on a miss: where the response has to be stored, and the headers that the stages before have set. */
    cacheMiss?: { key: string; generations: string[]; headers: Record<string, unknown> };
  }
}

/**
 * The cache read: the last guard, because it needs the validated query and everything before it must have passed.
 * A hit is answered here and goes no further: Nest's interceptors, which would be the other place, cost a sixth of
 * the whole request. What misses is stored by the {@link CacheInterceptor}.
 */
@Injectable()
export class CacheGuard implements CanActivate {
  constructor(private readonly cache: ResponseCache) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const policy = cachePolicyOf(context.getHandler());
    return policy ? this.lookUp(policy, context) : true;
  }

  /** The key of the request's entry. Override it to tell entries apart by more than caller, path and query. */
  protected trackBy(request: FastifyRequest, policy: CachePolicy): string {
    return cacheKey(request, policy.shared ?? false, canonicalQuery(request.query as object));
  }

  private async lookUp(policy: CachePolicy, context: ExecutionContext): Promise<true> {
    const request = requestOf(context);
    const key = this.trackBy(request, policy);
    const { hit, generations } = await this.cache.read(key, policy.tags);
    request.gate.mark('cache');
    if (hit) {
      const reply = replyOf(context);
      void reply.send(replay(hit, this.cache.controlOf(policy), request, reply, 'HIT'));
      throw answered;
    }
    request.cacheMiss = { key, generations, headers: replyOf(context).getHeaders() };
    return true;
  }
}
