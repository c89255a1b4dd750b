import { applyDecorators, HttpCode, UseInterceptors } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { SkipThrottle, Throttle } from '@nestjs/throttler';
import { AuthenticateBy } from '@gatehouse/authentication';
import { Cached, CacheInterceptor, InvalidateCacheInterceptor, InvalidatesCache } from '@gatehouse/cache';
import { RequirePermissions } from '@gatehouse/permissions';
import { checkThrottlePolicy } from '@gatehouse/throttle';
import { Input } from '@gatehouse/validation';
import { checkDeprecation, DeprecationMiddleware } from './deprecation.js';
import { documentEndpoint, readOnlyFields } from './document-endpoint.js';
import { EndpointOptions, endpointOptions, setEndpoint } from './endpoint-options.js';
import { declareMessage, isMessageHandler } from './message.js';
import { ResponseInterceptor } from './response.interceptor.js';

/**
 * Declares a route: who may call it, how often, what it takes and gives, and how it is cached. It is the single
 * source for the guards, the cache, the documentation and the table of routes.
 *
 * @example
 * \@Endpoint({
 *   summary: 'List books',
 *   permissions: Public,
 *   throttle: { limit: 300, ttl: minutes(1) },
 *   cache: { ttl: minutes(5), shared: true, tags: ['books'] },
 *   response: Page(BookDto),
 * })
 * \@Get()
 * list(\@Query() query: ListBooksQuery) { return this.books.list(query); }
 *
 * Above `\@SubscribeMessage()` of a gateway, it declares a message of the WebSocket in the same words.
 *
 * @throws when a policy cannot work, or an option does not exist
 */
export function Endpoint(options: EndpointOptions): MethodDecorator {
  refuseUnknown(options);
  return (target, key, descriptor) => {
    const declare = isMessageHandler(descriptor.value as object) ? declareMessage : declareRoute;
    declare(options)(target, key, descriptor);
  };
}

function declareRoute(options: EndpointOptions): MethodDecorator {
  const {
    auth,
    cache,
    deprecated,
    invalidates,
    input,
    middlewares,
    permissions,
    produces,
    response,
    status,
    throttle,
  } = options;
  const own = [
    ...(deprecated ? [new DeprecationMiddleware(checkDeprecation(deprecated))] : []),
    ...(middlewares ?? []),
  ];
  const interceptors = [
    ...(cache ? [CacheInterceptor] : []),
    ...(invalidates ? [InvalidateCacheInterceptor] : []),
    ...(response ? [ResponseInterceptor] : []),
  ];
  return applyDecorators(
    documentEndpoint(options),
    ...(auth ? [AuthenticateBy(auth)] : []),
    RequirePermissions(permissions),
    ...(throttle === false ? [SkipThrottle()] : []),
    ...(throttle ? [Throttle({ default: checkThrottlePolicy(throttle) })] : []),
    ...(input ? [Input(input)] : []),
    ...(cache ? [Cached(cache)] : []),
    ...(invalidates ? [InvalidatesCache(invalidates)] : []),
    ...(interceptors.length > 0 ? [UseInterceptors(...interceptors)] : []),
    ...(status ? [HttpCode(status)] : []),
    readOnlyFields(options),
    (target: object, key: string | symbol, descriptor: PropertyDescriptor) => {
      setEndpoint(descriptor.value as object, options);
      const endpoint = { controller: target.constructor, handler: descriptor.value as object };
      RouteConfig({
        endpoint,
        compressOnce: cache?.shared === true,
        eventStream: produces?.includes('text/event-stream') === true,
        ...(own.length > 0 && { middlewares: own }),
      })(target, key, descriptor);
    },
  );
}

/** The compiler does not look at options that are spread from a constant. */
function refuseUnknown(options: EndpointOptions): void {
  const unknown = Object.keys(options).find((name) => !(name in endpointOptions));
  if (unknown) throw new Error(`@Endpoint() has no option "${unknown}"`);
}
