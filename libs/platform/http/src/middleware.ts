import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sendProblem } from './send-problem.js';

/**
 * Wraps the whole pipeline. The first of a list is the outermost: its `before` runs first and its `after` last. A
 * `before` that throws refuses the request; one that sends the reply ends it.
 */
export interface Middleware {
  before?(request: FastifyRequest, reply: FastifyReply): void | Promise<void>;
  /** Runs for every response, including errors, while headers can still be set. */
  after?(request: FastifyRequest, reply: FastifyReply): void;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Middlewares of this route, inside the global ones. */
    middlewares?: readonly Middleware[];
    /** Set on routes that the method stage adds: the methods of the path, for `Allow`. */
    allow?: string;
  }
}

interface Installed {
  befores: readonly Middleware[];
  afters: readonly Middleware[];
}

const installed = new WeakMap<object, Installed>();

/** Installs the global middlewares, outermost first; the middlewares in a route's config run inside them. */
export function useMiddlewares(fastify: FastifyInstance, middlewares: readonly Middleware[]): void {
  const befores = middlewares.filter((middleware) => middleware.before);
  const afters = middlewares.filter((middleware) => middleware.after).toReversed();

  installed.set(fastify, { befores, afters });

  fastify.addHook('onRequest', (request, reply, done) => {
    const own = request.routeOptions.config.middlewares;
    runFrom(0, own ? [...befores, ...own] : befores, request, reply, done);
  });
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const own = request.routeOptions.config.middlewares;
    if (own) for (let i = own.length - 1; i >= 0; i--) own[i]!.after?.(request, reply);
    for (const middleware of afters) middleware.after!(request, reply);
    done(null, payload);
  });
}

/**
 * Answers requests that the router itself refuses, such as malformed URLs; pass it to Fastify as `frameworkErrors`.
 * Hooks do not run for these, so the global middlewares run here; a refusal by one of them takes precedence.
 */
export function sendRouterError(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  const { befores, afters } = installed.get(request.server) ?? { befores: [], afters: [] };
  runFrom(0, befores, request, reply, (refusal) => {
    for (const middleware of afters) middleware.after!(request, reply);
    sendProblem(refusal ?? error, request, reply);
  });
}

function runFrom(
  start: number,
  middlewares: readonly Middleware[],
  request: FastifyRequest,
  reply: FastifyReply,
  done: (error?: Error) => void,
): void {
  try {
    for (let i = start; i < middlewares.length; i++) {
      const pending = middlewares[i]!.before?.(request, reply);
      if (pending) {
        pending.then(() => runFrom(i + 1, middlewares, request, reply, done), done);
        return;
      }
      if (reply.sent) return;
    }
  } catch (error) {
    done(error as Error);
    return;
  }
  if (reply.sent) return;
  request.gate?.mark('middlewares');
  done();
}
