import type { PathName } from './paths.js';

/** What one load run sends. Plain data: it goes to the load process. */
export interface LoadRequest {
  url: string;
  method: 'GET' | 'POST';
  path: PathName;
  headers: Record<string, string>;
  body?: string;
  /** Other headers and bodies than those, dealt out to the connections, each of which sends its own in turns. */
  turns?: Pick<LoadRequest, 'headers' | 'body'>[];
  connections: number;
  seconds: number;
}

/** What came back. */
export interface LoadResult {
  requestsPerSecond: number;
  requests: number;
  /** Milliseconds, median and 99th percentile. */
  p50: number;
  p99: number;
  /** Answers outside 2xx. */
  refused: number;
  /** Requests without an answer. */
  failed: number;
}
