import { requestedPath } from '@gatehouse/http';
import { redactText } from '@gatehouse/text';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { RequestListener } from '../request-observer.js';

/**
 * Writes one `request_started` and one `request_completed` line per request. Paths are logged without their query,
 * which may contain tokens, and other secrets in them are redacted. A client that disconnects before the response
 * counts as 499.
 */
export class AccessLog implements RequestListener {
  private readonly logger: Logger;

  constructor(logger: Logger) {
    // These lines contain only the fields below, so only the path has to be searched for secrets. Their message is a
    // field too, since messages are searched.
    this.logger = logger.child({}, { formatters: { log: (line) => line } });
  }

  started(request: FastifyRequest): void {
    if (!this.logger.isLevelEnabled('info')) return;
    this.logger.info({
      requestId: request.id,
      ...request.gate.trace?.ids,
      method: request.method,
      path: loggedPath(request),
      ip: request.gate.address,
      msg: 'request_started',
    });
  }

  completed(request: FastifyRequest, _reply: FastifyReply, status: number, aborted: boolean): void {
    if (!this.logger.isLevelEnabled('info')) return;
    const { gate } = request;
    this.logger.info({
      requestId: request.id,
      ...gate.trace?.ids,
      method: request.method,
      path: loggedPath(request),
      status,
      ms: Math.round(gate.seconds * 1e6) / 1000,
      userId: gate.principal?.id,
      aborted: aborted || undefined,
      msg: 'request_completed',
    });
  }
}

/** Maximum length of a logged path. */
const MAX_PATH_LENGTH = 1_000;
const SEARCHED_LENGTH = 2 * MAX_PATH_LENGTH;

/** The path for log lines, redacted once per request and truncated. */
export function loggedPath(request: FastifyRequest): string {
  const { gate } = request;
  return (gate.loggedPath ??= safePath(requestedPath(request)));
}

function safePath(path: string): string {
  const safe = redactText(path.slice(0, SEARCHED_LENGTH));
  return safe.length > MAX_PATH_LENGTH ? `${safe.slice(0, MAX_PATH_LENGTH)}…` : safe;
}
