import { createParamDecorator, ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * Returns the request of a guard's or interceptor's context; for a message of a WebSocket, its `MessageRequest`.
 * `switchToHttp()` would allocate objects on every call.
 */
export function requestOf(context: ExecutionContext): FastifyRequest {
  // Nest calls the handler of a message with its socket and its payload, and the adapter adds the request.
  return context.getArgByIndex<FastifyRequest>(isMessage(context) ? 2 : 0);
}

/** Returns the reply of a guard's or interceptor's context. A message has none. */
export function replyOf(context: ExecutionContext): FastifyReply {
  return context.getArgByIndex<FastifyReply>(1);
}

/** Whether a context is that of a message of a WebSocket. */
export function isMessage(context: ExecutionContext): boolean {
  return context.getType() === 'ws';
}

/** The {@link Principal} of the request; `undefined` on a public endpoint that is called anonymously. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext) => {
  return requestOf(context).gate.principal;
});
