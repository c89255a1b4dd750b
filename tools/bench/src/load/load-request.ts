import type { PathName } from './paths.js';

/** Requests of one load run. Plain data, since it is sent to the load process. */
export interface LoadRequest {
  url: string;
  method: 'GET' | 'POST';
  path: PathName;
  headers: Record<string, string>;
  body?: string;
  /** Alternative headers and bodies, distributed among the connections, each of which cycles through its own. */
  turns?: Pick<LoadRequest, 'headers' | 'body'>[];
  connections: number;
  seconds: number;
}

/** Result of a load run. */
export interface LoadResult {
  requestsPerSecond: number;
  requests: number;
  /** Milliseconds, median and 99th percentile. */
  p50: number;
  p99: number;
  /** Responses outside 2xx. */
  refused: number;
  /** Requests without a response. */
  failed: number;
}
