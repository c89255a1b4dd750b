import type { FastifyRequest } from 'fastify';

const handlers = new WeakSet<object>();

/**
 * Marks an OAuth 2 token endpoint, where `Authorization: Basic` holds the id and secret of the client application
 * (RFC 6749, section 2.3.1) and says nothing about the user. Swagger UI sends it.
 */
export function AcceptsClientCredentials(): MethodDecorator {
  return (_target, _key, descriptor) => void handlers.add(descriptor.value as object);
}

export function acceptsClientCredentials({ routeOptions }: FastifyRequest): boolean {
  const handler = routeOptions.config.endpoint?.handler;
  return handler !== undefined && handlers.has(handler);
}
