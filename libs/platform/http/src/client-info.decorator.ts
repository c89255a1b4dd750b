import { createParamDecorator, ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { requestOf } from './execution-context.js';

/** The origin of a request, as far as it is known. */
export interface ClientInfo {
  /** IP address; behind trusted proxies, that of their client. */
  readonly address: string;
  /** `User-Agent`, truncated to 300 characters; empty when none was sent. */
  readonly device: string;
  /** `performance.now()` when the request was ready to be handled, including its body. */
  readonly arrivedAt: number;
}

const MAX_DEVICE_LENGTH = 300;

/** The {@link ClientInfo} of a request. */
export function clientOf({ gate, headers }: FastifyRequest): ClientInfo {
  const device = [...(headers['user-agent'] ?? '')].slice(0, MAX_DEVICE_LENGTH).join('');
  return { address: gate.address, device, arrivedAt: performance.now() };
}

/** The {@link ClientInfo} of the request. */
export const FromClient = createParamDecorator((_: unknown, context: ExecutionContext): ClientInfo => {
  return clientOf(requestOf(context));
});
