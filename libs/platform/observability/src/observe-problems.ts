import { onProblem } from '@gatehouse/http';
import type { Logger } from 'pino';
import { logProblem } from './logging/problem-log.js';
import type { Metrics } from './metrics/metrics.js';

/** Logs server errors and counts the gate's refusals among the problems that `server` sends. */
export function observeProblems(server: object, logger: Logger, metrics: Metrics): void {
  onProblem(server, (problem, request) => {
    metrics.countRefusal(problem);
    logProblem(logger, problem, request);
  });
}
