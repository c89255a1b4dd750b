import type { LoadRequest, LoadResult } from './load/load-request.js';
import type { ServerProcess } from './server-process.js';

interface Named {
  name: string;
  /** @throws {Error} saying what is not as it must be: an answer is wrong, or a stage does not run */
  check(): Promise<void>;
}

/** A running server and what is asked of it. */
export interface ServerContender extends Named {
  server: ServerProcess;
  request: Omit<LoadRequest, 'url' | 'connections' | 'seconds'>;
}

/** A program that makes its own load. */
export interface ProgramContender extends Named {
  run(seconds: number): Promise<LoadResult>;
}

/** One row. */
export type Contender = ServerContender | ProgramContender;

/** One table: contenders that do the same, with the same result. */
export interface Comparison {
  title: string;
  /** The name of the contender that the others are compared with. */
  base: string;
  contenders: Contender[];
  /** Instead of the option's, where the comparison is about so many. */
  connections?: number;
  /** What has to be known of the rows, and why one is missing, in lines. */
  notes?: string[];
  /** Puts the data back as it was, after each measurement, where requests change it. */
  restore?(): Promise<void>;
}
