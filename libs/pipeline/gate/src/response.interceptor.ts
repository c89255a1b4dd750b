import { CallHandler, ExecutionContext, HttpStatus, Injectable, NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, Observable } from 'rxjs';
import { pathOf, replyOf, requestOf } from '@gatehouse/http';
import { cachePolicyOf } from '@gatehouse/cache';
import { endpointOf, type EndpointOptions } from './endpoint-options.js';
import { isTagged, representationTag } from './if-match.decorator.js';
import { listingLinks, listingOf } from './listing-links.js';
import { responseSerializer } from './response-serializer.js';

type Serialize = (result: unknown) => string;

/**
 * The response stage: serialises the handler's result with only the declared fields and sets the headers derived from
 * it: `ETag`, `Location` for a created resource, `Link` and `X-Total-Count` for a listing.
 */
@Injectable()
export class ResponseInterceptor implements NestInterceptor {
  private readonly serializers = new Map<object, Serialize>();

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const handler = context.getHandler();
    const request = requestOf(context);
    const reply = replyOf(context);
    return next.handle().pipe(
      map((result: unknown) => {
        request.gate.mark('handler');
        const body = this.serializerOf(handler)(result);
        describe(result, body, request, reply, endpointOf(handler)!);
        if (isSafe(request) && !cachePolicyOf(handler)) reply.header('cache-control', 'private, no-cache');
        return body;
      }),
    );
  }

  private serializerOf(handler: object): Serialize {
    let serialize = this.serializers.get(handler);
    if (!serialize) {
      serialize = responseSerializer(endpointOf(handler)!.response!);
      this.serializers.set(handler, serialize);
    }
    return serialize;
  }
}

function describe(
  result: unknown,
  body: string,
  request: FastifyRequest,
  reply: FastifyReply,
  { response, location }: EndpointOptions,
): void {
  const { id } = (result ?? {}) as { id?: unknown };
  reply.type('application/json; charset=utf-8');
  if (isSafe(request) || isTagged(response)) reply.header('etag', representationTag(result, body));
  if (reply.statusCode === HttpStatus.CREATED && id !== undefined && !reply.hasHeader('location')) {
    const parent = location ?? pathOf(request.url).replace(/\/$/, '');
    reply.header('location', `${parent}/${String(id)}`);
  }
  const listing = listingOf(result);
  if (!listing) return;
  if (listing.total !== undefined) reply.header('x-total-count', listing.total);
  reply.header('link', listingLinks(request.url, listing));
}

function isSafe({ method }: FastifyRequest): boolean {
  return method === 'GET' || method === 'HEAD';
}
