import {
  RequestContextMiddleware,
  sendProblem,
  sendRouterError,
  useMiddlewares,
  type Middleware,
} from '@gatehouse/http';
import { fastify, type FastifyInstance } from 'fastify';
import type { DestinationStream } from 'pino';

/** A log destination that stores its lines, for the specs of this library. */
export class Lines implements DestinationStream {
  readonly texts: string[] = [];

  write(text: string): void {
    this.texts.push(text);
  }

  get all(): Record<string, unknown>[] {
    return this.texts.map((text) => JSON.parse(text) as Record<string, unknown>);
  }

  named(message: string): Record<string, unknown>[] {
    return this.all.filter(({ msg }) => msg === message);
  }
}

/** A bare server with the request context, the problem documents and the middlewares of a spec. */
export function specServer(middlewares: Middleware[]): FastifyInstance {
  const server = fastify({
    return503OnClosing: false,
    forceCloseConnections: true,
    frameworkErrors: sendRouterError,
  });
  server.setErrorHandler((error, request, reply) => sendProblem(error, request, reply));
  useMiddlewares(server, [new RequestContextMiddleware(false), ...middlewares]);
  return server;
}
