import type { Problem } from '@gatehouse/http';
import type { FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { loggedPath } from './access-log.js';

/**
 * Logs problems that are server errors, with their stack and the `requestId` that the client received. A 503 without
 * a cause is intentional (draining, not ready) and logged as a warning; client errors are not logged.
 */
export function logProblem(logger: Logger, problem: Problem, request: FastifyRequest): void {
  const status = problem.getStatus();
  if (status < 500) return;
  const line = {
    requestId: request.id,
    ...request.gate.trace?.ids,
    method: request.method,
    path: loggedPath(request),
    status,
  };
  if (problem.slug === 'unavailable' && problem.cause === undefined) {
    logger.warn({ ...line, detail: problem.detail }, 'request_refused');
  } else {
    logger.error({ ...line, err: problem.cause ?? problem }, 'request_failed');
  }
}
