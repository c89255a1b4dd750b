import { CallHandler, ExecutionContext, Injectable, NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { firstValueFrom, Observable, of } from 'rxjs';
import { replyOf, requestOf } from '@gatehouse/http';
import { cachePolicyOf } from './cache-policy.js';
import type { CachedResponse } from './cached-response.js';
import { replay } from './replay.js';
import { ResponseCache } from './response-cache.js';
import { SingleFlight } from './single-flight.js';

/**
 * The cache write: after a miss in the {@link CacheGuard}, runs the handler once for all who ask for the same, and
 * keeps what it answered. It stands outside the response stage, whose text it stores.
 */
@Injectable()
export class CacheInterceptor implements NestInterceptor {
  private readonly flights = new SingleFlight<CachedResponse>();

  constructor(private readonly cache: ResponseCache) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const policy = cachePolicyOf(context.getHandler())!;
    const request = requestOf(context);
    const reply = replyOf(context);
    const { key, generations, headers } = request.cacheMiss!;
    const fill = async (): Promise<CachedResponse> => {
      // The flight before may have ended between this request's look, in the guard, and now.
      const { hit } = await this.cache.read(key, policy.tags);
      if (hit) return hit;
      const entry = await run(next, reply, headers, generations);
      if (entry.status === 200) await this.cache.write(key, entry, policy.ttl);
      return entry;
    };
    // Without generations nobody knows whether a write came in between, so nobody may join.
    const entry = await (generations.length > 0
      ? this.flights.run(`${key} ${generations.join()}`, fill)
      : fill());
    return of(replay(entry, this.cache.controlOf(policy), request, reply, 'MISS'));
  }
}

/** @param before headers that belong to the request, whoever gets the entry, unless the handler has changed them */
async function run(
  next: CallHandler,
  reply: FastifyReply,
  before: Record<string, unknown>,
  generations: string[],
): Promise<CachedResponse> {
  const body = (await firstValueFrom(next.handle())) as string;
  const own = Object.entries(reply.getHeaders()).filter(
    ([name, value]) => value !== before[name] && name !== 'set-cookie',
  );
  const headers = Object.fromEntries(own.map(([name, value]) => [name, String(value)]));
  return { status: reply.statusCode, headers, body, storedAt: Date.now(), generations };
}
