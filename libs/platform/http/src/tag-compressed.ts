import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { codedTag } from './conditional.js';

/** Gives compressed answers tags of their own. Call it after the plugin that compresses is registered. */
export function tagCompressed(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    route.onSend = [route.onSend ?? [], tagCoding].flat();
  });
}

function tagCoding(
  _request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
  done: (error: null, payload: unknown) => void,
): void {
  const coding = reply.getHeader('content-encoding');
  const tag = reply.getHeader('etag');
  if (typeof coding === 'string' && typeof tag === 'string') reply.header('etag', codedTag(tag, coding));
  done(null, payload);
}
