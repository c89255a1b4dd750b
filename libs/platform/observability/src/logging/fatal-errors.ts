import type { Logger } from 'pino';

/**
 * Ends the process with status 1 on an uncaught error, after logging it: the state is unknown, and the supervisor
 * starts a new process.
 * @param exit replaces `process.exit`, for tests
 * @returns a function that removes the handlers
 */
export function exitOnFatalErrors(logger: Logger, exit: (status: number) => void = process.exit): () => void {
  const end = (err: unknown, origin: string): void => {
    logger.fatal({ err, origin }, 'uncaught_error');
    exit(1);
  };
  const onRejection = (reason: unknown): void => end(reason, 'unhandledRejection');
  process.on('uncaughtException', end);
  process.on('unhandledRejection', onRejection);
  return () => {
    process.off('uncaughtException', end);
    process.off('unhandledRejection', onRejection);
  };
}
