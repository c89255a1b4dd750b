import type { LoadRequest } from './load/load-request.js';
import type { ServerProcess } from './server-process.js';

/** One row: a running server and what is asked of it. */
export interface Contender {
  name: string;
  server: ServerProcess;
  request: Omit<LoadRequest, 'url' | 'connections' | 'seconds'>;
  /** @throws {Error} saying what is not as it must be: an answer is wrong, or a stage does not run */
  check(): Promise<void>;
}

/** One table: contenders that answer the same requests with the same bytes. */
export interface Comparison {
  title: string;
  /** The name of the contender that the others are compared with. */
  base: string;
  contenders: Contender[];
  /** Puts the data back as it was, after each measurement, where requests change it. */
  restore?(): Promise<void>;
}
