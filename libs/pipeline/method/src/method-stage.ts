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
 * Decides, before anything else, whether a path has the method of a request: OPTIONS is answered with 204 and
 * `Allow`, any other that is missing with 405 and `Allow`. HEAD is wherever GET is.
 *
 * It watches the routes being registered and, in {@link complete}, registers a refusal for every method that a
 * path lacks, so that the router itself decides and a request in time pays nothing.
 */
export class MethodStage implements Middleware {
  private readonly paths = new Map<string, Set<string>>();

  constructor(private readonly fastify: FastifyInstance) {
    // Fastify knows the common ones; for the others it would say that nothing is there.
    const unknown = KNOWN.filter((name) => name !== 'CONNECT' && !fastify.supportedMethods.includes(name));
    for (const name of unknown) fastify.addHttpMethod(name);
    fastify.addHook('onRoute', ({ url, method, config }) => {
      if (config?.allow !== undefined) return;
      const methods = this.paths.get(url) ?? new Set();
      [method].flat().forEach((name) => methods.add(name.toUpperCase()));
      this.paths.set(url, methods);
    });
  }

  /** `OPTIONS *` asks the server as a whole (RFC 9110, section 9.3.7), and is no path. */
  before({ method, originalUrl }: FastifyRequest, reply: FastifyReply): void {
    if (method !== 'OPTIONS' || originalUrl !== '*') return;
    void reply
      .code(204)
      .header('allow', [...METHODS, 'OPTIONS'].join(', '))
      .send();
  }

  /** Call it once all routes are registered and before the server listens. */
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

/** Also answers a browser's preflight: the CORS middleware has set the headers that depend on the origin. */
async function answerOptions(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const allow = request.routeOptions.config.allow!;
  if (allow.includes('PATCH')) reply.header('accept-patch', PATCH_TYPES.join(', '));
  return reply.code(204).header('allow', allow).send();
}
