import type { FastifyRequest } from 'fastify';

/** A mark on handlers, which tells the authentication schemes what to ignore there. */
export class RouteFlag {
  private readonly handlers = new WeakSet<object>();

  decorator(): MethodDecorator {
    return (_target, _key, descriptor) => void this.handlers.add(descriptor.value as object);
  }

  has(handler: object): boolean {
    return this.handlers.has(handler);
  }

  /** Whether the handler of a request has the flag. */
  isOn({ routeOptions }: FastifyRequest): boolean {
    const handler = routeOptions.config.endpoint?.handler;
    return handler !== undefined && this.has(handler);
  }
}
