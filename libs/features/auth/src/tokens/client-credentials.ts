import type { FastifyRequest } from 'fastify';
import { HandlerMark } from '../handler-mark.js';

const mark = new HandlerMark();

/**
 * Marks an OAuth 2 token endpoint, where `Authorization: Basic` holds the id and secret of the client application
 * (RFC 6749, section 2.3.1) and says nothing about the user. Swagger UI sends it.
 */
export function AcceptsClientCredentials(): MethodDecorator {
  return mark.decorator();
}

export function acceptsClientCredentials(request: FastifyRequest): boolean {
  return mark.isOn(request);
}
