import { AsyncLocalStorage } from 'node:async_hooks';

/** What a log line is told to belong to. */
export interface LogScope {
  requestId?: string;
  jobId?: string;
}

/** The request or the job that the running code works on; its id is in every line that is logged meanwhile. */
export const logScope = new AsyncLocalStorage<LogScope>();
