import { createParamDecorator, ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';

/** The `If-Match` header as it was sent. */
export const IfMatch = createParamDecorator((_: unknown, context: ExecutionContext) => {
  return context.switchToHttp().getRequest<FastifyRequest>().headers['if-match'];
});

/** Documents the header; the method takes it with {@link IfMatch}. */
export const ApiIfMatch = () =>
  ApiHeader({
    name: 'If-Match',
    required: false,
    description:
      'The ETag of the version that is to be changed. If it is no longer the current one, the answer is 412.',
    example: '"v1"',
  });
