import { requestedPath } from '@gatehouse/http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { RequestListener } from '../request-observer.js';
import { redactText } from './redact.js';

/**
 * One `request_started` and one `request_completed` line for each request. Paths are logged without their query,
 * which may hold tokens, and a path that may hold one is searched. A client that went away before the answer counts as 499.
 */
export class AccessLog implements RequestListener {
  private readonly logger: Logger;

  constructor(logger: Logger) {
    // These lines hold only what is picked here, so nothing but the path has to be searched for secrets.
    this.logger = logger.child({}, { formatters: { log: (line) => line } });
  }

  started(request: FastifyRequest): void {
    if (!this.logger.isLevelEnabled('info')) return;
    this.logger.info(
      { requestId: request.id, method: request.method, path: loggedPath(request), ip: request.gate.address },
      'request_started',
    );
  }

  completed(request: FastifyRequest, _reply: FastifyReply, status: number, aborted: boolean): void {
    if (!this.logger.isLevelEnabled('info')) return;
    const { gate } = request;
    this.logger.info(
      {
        requestId: request.id,
        method: request.method,
        path: loggedPath(request),
        status,
        ms: Math.round(gate.seconds * 1e6) / 1000,
        userId: gate.principal?.id,
        aborted: aborted || undefined,
      },
      'request_completed',
    );
  }
}

/** Shorter than any token. */
const HARMLESS_LENGTH = 40;

function loggedPath(request: FastifyRequest): string {
  const path = requestedPath(request);
  return path.length > HARMLESS_LENGTH ? redactText(path) : path;
}
