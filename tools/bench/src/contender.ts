import type { LoadRequest, LoadResult } from './load/load-request.js';
import type { ServerProcess } from './server-process.js';

interface Named {
  name: string;
  /** @throws {Error} when a response is wrong or a stage does not run */
  check(): Promise<void>;
}

/** A running server and the requests sent to it. */
export interface ServerContender extends Named {
  server: ServerProcess;
  request: Omit<LoadRequest, 'url' | 'connections' | 'seconds'>;
}

/** A program that generates its own load. */
export interface ProgramContender extends Named {
  run(seconds: number): Promise<LoadResult>;
}

/** One row. */
export type Contender = ServerContender | ProgramContender;

/** One table: contenders that do the same work with the same result. */
export interface Comparison {
  title: string;
  /** Name of the contender with which the others are compared. */
  base: string;
  contenders: Contender[];
  /** Overrides the option for comparisons that need a specific number. */
  connections?: number;
  /** Notes on the rows, and reasons why one is missing, one per line. */
  notes?: string[];
  /** Restores the data after each measurement, if requests change it. */
  restore?(): Promise<void>;
}
