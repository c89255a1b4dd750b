import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyContextConfig } from 'fastify';
import type { Middleware } from '@gatehouse/http';
import { FASTIFY_ROUTE_CONFIG_METADATA, METHOD_METADATA } from '@gatehouse/http';

/**
 * Adds middlewares to every route of a controller, outermost first. They run inside the global ones and outside those
 * of the route.
 */
export function Middlewares(...middlewares: Middleware[]): ClassDecorator {
  return ({ prototype }) => {
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(prototype as object))) {
      const handler: unknown = descriptor.value;
      if (typeof handler !== 'function' || !Reflect.hasMetadata(METHOD_METADATA, handler)) continue;
      const config = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, handler) as
        FastifyContextConfig | undefined;
      RouteConfig({ ...config, middlewares: [...middlewares, ...(config?.middlewares ?? [])] })(
        prototype as object,
        name,
        descriptor,
      );
    }
  };
}
