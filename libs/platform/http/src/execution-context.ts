import { createParamDecorator, ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * Returns the request of a guard's or interceptor's context. `switchToHttp()` would allocate objects on every call.
 */
export function requestOf(context: ExecutionContext): FastifyRequest {
  return context.getArgByIndex<FastifyRequest>(0);
}

/** Returns the reply of a guard's or interceptor's context. */
export function replyOf(context: ExecutionContext): FastifyReply {
  return context.getArgByIndex<FastifyReply>(1);
}

/** The {@link Principal} of the request; `undefined` on a public endpoint that is called anonymously. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext) => {
  return requestOf(context).gate.principal;
});
