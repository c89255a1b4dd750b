import { AsyncLocalStorage } from 'node:async_hooks';

/** What log lines are associated with. */
export interface LogScope {
  requestId?: string;
  jobId?: string;
  /** Ids of the trace, when the work is traced. */
  trace_id?: string;
  span_id?: string;
}

/** The request or job that the running code works on; its id is added to every log line. */
export const logScope = new AsyncLocalStorage<LogScope>();
