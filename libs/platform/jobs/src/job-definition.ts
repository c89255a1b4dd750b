import type { EntityManager } from 'typeorm';

/** What a kind of job is called and how it is treated. */
export interface JobDefinition {
  /** The feature's root, a dot, and what is done, e.g. `ticketing.expire-ticket`. */
  name: string;
  /** How often it is tried again after a failure; 5 when not given. Then it waits for an administrator. */
  retries?: number;
  /** Seconds until the first retry, then twice as many each time, up to an hour; 10 when not given. */
  backoffSeconds?: number;
  /** Seconds that one attempt may take; 900 when not given. A longer one counts as failed. */
  timeoutSeconds?: number;
  /**
   * Jobs of this kind that this process works at the same time; 1 when not given. With 0 it works none, and they wait
   * for a process that does.
   */
  concurrency?: number;
  /**
   * When to run by itself, with an empty payload: a cron expression of five fields, in UTC. It runs once a tick,
   * whatever the number of processes; ticks that no process was running for are not made up.
   */
  every?: string;
}

/** One attempt at a job. */
export interface JobAttempt<Payload extends object> {
  /** UUID; the same at each attempt. */
  id: string;
  payload: Payload;
  /** From 1. */
  attempt: number;
  /** Aborted when the result does not count any more: it took too long, or the process has to end. */
  signal: AbortSignal;
}

/**
 * Does a job. Must be idempotent, since a job is done at least once: when a process dies, or loses the database, after
 * the work and before this is noted, it is done again. What it throws makes it be tried again.
 */
export type JobHandler<Payload extends object> = (job: JobAttempt<Payload>) => Promise<void>;

export interface EnqueueOptions {
  /** Of the transaction that asks for the job: the job exists exactly if that is committed. */
  manager: EntityManager;
  /** When to run it at the earliest, or after how many seconds; at once when not given. Up to five seconds late. */
  startAfter?: Date | number;
  /**
   * Of the jobs of one name and key at most one waits; those that run or are tried again do not count. While a
   * transaction that asks for one is open, others that ask for the same wait for it.
   */
  singletonKey?: string;
}
