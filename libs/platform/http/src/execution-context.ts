import { createParamDecorator, ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** The request of a guard's or interceptor's context. `switchToHttp()` would make new objects at every call. */
export function requestOf(context: ExecutionContext): FastifyRequest {
  return context.getArgByIndex<FastifyRequest>(0);
}

/** The reply of a guard's or interceptor's context. */
export function replyOf(context: ExecutionContext): FastifyReply {
  return context.getArgByIndex<FastifyReply>(1);
}

/** The {@link Principal} of the request; `undefined` on a public endpoint that is called anonymously. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext) => {
  return requestOf(context).gate.principal;
});
