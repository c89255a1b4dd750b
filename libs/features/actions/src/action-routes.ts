import { Injectable, OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { sendProblem } from '@gatehouse/http';
import type { OperationSource, Schemas } from '@gatehouse/openapi';
import { readObject } from '@gatehouse/validation';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { requestOfSource, sourceFor } from './action-call.js';
import { replyOfSource } from './action-reply.js';
import { type Action, actionsOf } from './actions.js';
import { documentActions, type Paths } from './document-actions.js';

/** Registers the actions of all resources once their routes are known. `docs/decisions/actions.md` says how they run. */
@Injectable()
export class ActionRoutes implements OnApplicationBootstrap, OperationSource {
  private actions: readonly Action[] = [];

  constructor(private readonly host: HttpAdapterHost) {}

  onApplicationBootstrap(): void {
    // A worker serves no requests.
    const fastify = this.host.httpAdapter?.getInstance<FastifyInstance>();
    if (!fastify) return;
    this.actions = actionsOf(fastify.routeTable.routes);
    for (const action of this.actions) {
      const routes = action.sources.map(({ route }) => route);
      const middlewares = [...new Set(routes.flatMap(({ config }) => config.middlewares ?? []))];
      fastify.route({
        method: 'POST',
        url: action.path,
        config: { aliasOf: routes, middlewares },
        handler: (request, reply) => run(fastify, action, request, reply),
      });
    }
  }

  operations(paths: Paths, schemas: Schemas): Paths {
    return documentActions(this.actions, paths, schemas);
  }
}

async function run(
  fastify: FastifyInstance,
  action: Action,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  try {
    const fields = await readObject(request);
    const source = sourceFor(action, fields);
    const call = requestOfSource(request, source, fields);
    await source.route.handle.call(fastify, call, replyOfSource(reply, source, fields));
  } catch (error) {
    sendProblem(error, request, reply);
  }
  return reply;
}
