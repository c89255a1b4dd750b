import { CallHandler, ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { CACHE_MANAGER, CacheInterceptor as NestCacheInterceptor } from '@nestjs/cache-manager';
import { Reflector } from '@nestjs/core';
import type { Cache } from 'cache-manager';
import type { FastifyReply } from 'fastify';
import { firstValueFrom, Observable, of } from 'rxjs';
import { pathOf, replyOf, requestOf } from '@gatehouse/http';
import { canonicalQuery } from '@gatehouse/validation';
import { type CachePolicy, cachePolicyOf } from './cache-policy.js';
import { Flights } from './flights.js';
import { type CachedResponse, ResponseCache } from './response-cache.js';

/** A request whose response is not cached yet, with what is needed to store it. */
interface Miss {
  key: string;
  generations: string[];
  /** Headers that belong to the request rather than the entry, unless the handler changes them. */
  headers: Record<string, unknown>;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set after a cache miss. */
    cacheMiss?: Miss;
  }
}

/**
 * The cache stage, read and write. It replays a cached response, or runs the handler once for all concurrent requests
 * of the same key and stores the text produced by the response stage inside it. The read happens early, in the {@link
 * CacheGuard}; without that guard the interceptor reads by itself.
 */
@Injectable()
export class CacheInterceptor extends NestCacheInterceptor {
  private readonly flights = new Flights<CachedResponse>();

  constructor(
    @Inject(CACHE_MANAGER) manager: Cache,
    reflector: Reflector,
    private readonly cache: ResponseCache,
  ) {
    super(manager, reflector);
  }

  override async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = requestOf(context);
    const found = request.cacheMiss ?? (await this.lookUp(context));
    if (found === undefined) return next.handle();
    if ('body' in found) return of(found.body);
    const policy = cachePolicyOf(context.getHandler())!;
    const entry = await this.fly(found, () => this.fill(found, policy, next, replyOf(context)));
    return of(this.replay(entry, 'MISS', policy, replyOf(context)));
  }

  /**
   * Looks up the response to a request and, on a hit, prepares the reply.
   * @returns the body to send, or the miss; `undefined` when the route is not cached
   */
  async lookUp(context: ExecutionContext): Promise<{ body: string } | Miss | undefined> {
    const key = this.trackBy(context);
    if (key === undefined) return undefined;
    const request = requestOf(context);
    const reply = replyOf(context);
    const policy = cachePolicyOf(context.getHandler())!;
    const { hit, generations } = await this.cache.read(key, policy.tags);
    request.gate.mark('cache');
    if (hit) return { body: this.replay(hit, 'HIT', policy, reply) };
    return (request.cacheMiss = { key, generations, headers: reply.getHeaders() });
  }

  /**
   * Builds the key of the request's entry: caller, path and validated query. Each part ends with a character that it
   * cannot contain, so that no two different requests share a key. Override it to distinguish entries by more.
   * @returns `undefined` when the response is not cached
   */
  protected override trackBy(context: ExecutionContext): string | undefined {
    if (!this.isRequestCacheable(context)) return undefined;
    const { url, query, gate } = requestOf(context);
    // An API key may see less than its owner.
    const caller = gate.principal?.apiKeyId ?? gate.principal?.id;
    const { shared } = cachePolicyOf(context.getHandler())!;
    return `${(!shared && caller) || 'public'} ${canonicalPath(url)} ${canonicalQuery(query as object)}`;
  }

  protected override isRequestCacheable(context: ExecutionContext): boolean {
    return (
      cachePolicyOf(context.getHandler()) !== undefined && ['GET', 'HEAD'].includes(requestOf(context).method)
    );
  }

  /**
   * Shares one run among all requests of a key. Without generations a concurrent write cannot be detected, so a
   * request needs a run that starts after its arrival.
   */
  private fly({ key, generations }: Miss, fill: () => Promise<CachedResponse>): Promise<CachedResponse> {
    return generations.length > 0
      ? this.flights.join(`${key} ${generations.join()}`, fill)
      : this.flights.joinNext(key, fill);
  }

  private async fill(
    { key, generations, headers: before }: Miss,
    { tags, ttl }: CachePolicy,
    next: CallHandler,
    reply: FastifyReply,
  ): Promise<CachedResponse> {
    // The previous flight may have ended since this request looked.
    const { hit } = await this.cache.read(key, tags);
    if (hit) return hit;
    const body = (await firstValueFrom(next.handle())) as string;
    const own = Object.entries(reply.getHeaders()).filter(
      ([name, value]) => value !== before[name] && name !== 'set-cookie',
    );
    const headers = Object.fromEntries(own.map(([name, value]) => [name, String(value)]));
    const entry = { status: reply.statusCode, headers, body, storedAt: Date.now(), generations };
    if (entry.status === 200) await this.cache.write(key, entry, ttl);
    return entry;
  }

  /**
   * Sets the status, headers and age of a cached entry on a reply.
   * @returns the body to send
   */
  private replay(
    { status, headers, body, storedAt }: CachedResponse,
    outcome: 'HIT' | 'MISS',
    policy: CachePolicy,
    reply: FastifyReply,
  ): string {
    reply.code(status).headers(headers);
    reply.header('x-cache', outcome);
    reply.header('cache-control', this.cache.controlOf(policy));
    if (outcome === 'HIT')
      reply.header('age', String(Math.max(0, Math.floor((Date.now() - storedAt) / 1000))));
    return body;
  }
}

/** Path without query and trailing slash; unnecessary escapes are decoded, so that all spellings share one key. */
function canonicalPath(url: string): string {
  const path = pathOf(url);
  const trimmed = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
  return trimmed.includes('%')
    ? trimmed
        .split('/')
        .map((part) => encodeURIComponent(decodeURIComponent(part)))
        .join('/')
    : trimmed;
}
