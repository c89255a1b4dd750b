import { METHODS as KNOWN } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Middleware, PATCH_TYPES, Problem, sendProblem } from '@gatehouse/http';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

class MethodNotAllowedProblem extends Problem {
  constructor(method: string, allow: string) {
    super('method-not-allowed', `Method ${method} is not allowed here`, { headers: { allow } });
  }
}

/**
 * Decides first of all whether a path supports the request's method: OPTIONS is answered with 204 and `Allow`, an
 * unsupported method with 405 and `Allow`. HEAD is available wherever GET is. The stage observes route registration,
 * and {@link complete} registers a refusal for every method that a path lacks: the router decides, so requests with a
 * valid method pay no cost.
 */
export class MethodStage implements Middleware {
  private readonly paths = new Map<string, Set<string>>();

  constructor(private readonly fastify: FastifyInstance) {
    // Fastify would answer 404 for methods that it does not know.
    const unknown = KNOWN.filter((name) => name !== 'CONNECT' && !fastify.supportedMethods.includes(name));
    for (const name of unknown) fastify.addHttpMethod(name);
    fastify.addHook('onRoute', ({ url, method, config }) => {
      if (config?.allow !== undefined) return;
      const methods = this.paths.get(url) ?? new Set();
      [method].flat().forEach((name) => methods.add(name.toUpperCase()));
      this.paths.set(url, methods);
    });
  }

  /** `OPTIONS *` addresses the server as a whole (RFC 9110, section 9.3.7), not a path. */
  before({ method, originalUrl }: FastifyRequest, reply: FastifyReply): void {
    if (method !== 'OPTIONS' || originalUrl !== '*') return;
    void reply
      .code(204)
      .header('allow', [...METHODS, 'OPTIONS'].join(', '))
      .send();
  }

  /** Must be called after all routes are registered and before the server listens. */
  complete(): void {
    for (const [url, methods] of Array.from(this.paths)) {
      const allow = [...METHODS.filter((method) => methods.has(method)), 'OPTIONS'].join(', ');
      const missing = this.fastify.supportedMethods.filter(
        (method) => method !== 'OPTIONS' && !methods.has(method),
      );
      if (missing.length > 0) {
        this.fastify.route({
          method: missing,
          url,
          config: { allow },
          exposeHeadRoute: false,
          onRequest: refuse,
          handler: refuse,
        });
      }
      if (!methods.has('OPTIONS')) {
        this.fastify.route({
          method: 'OPTIONS',
          url,
          config: { allow },
          onRequest: answerOptions,
          handler: answerOptions,
        });
      }
    }
  }
}

async function refuse(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  sendProblem(
    new MethodNotAllowedProblem(request.method, request.routeOptions.config.allow!),
    request,
    reply,
  );
  return reply;
}

/** Also answers CORS preflights: the CORS middleware has already set the headers that depend on the origin. */
async function answerOptions(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const allow = request.routeOptions.config.allow!;
  if (allow.includes('PATCH')) reply.header('accept-patch', PATCH_TYPES.join(', '));
  return reply.code(204).header('allow', allow).send();
}
