import type { EntityManager } from 'typeorm';

/** Name and options of a kind of job. */
export interface JobDefinition {
  /** Feature name, a dot, and the action, e.g. `ticketing.expire-ticket`. */
  name: string;
  /** Number of retries after a failure, 5 by default. The job then waits for an administrator. */
  retries?: number;
  /** Seconds until the first retry, 10 by default; doubles with each retry, up to an hour. */
  backoffSeconds?: number;
  /** Maximum seconds per attempt, 900 by default. A longer attempt counts as failed. */
  timeoutSeconds?: number;
  /**
   * Maximum number of such jobs that this process runs at the same time, 1 by default. With 0 it runs none and leaves
   * them to other processes.
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
  /** UUID; the same for every attempt. */
  id: string;
  payload: Payload;
  /** Number of the attempt, from 1. */
  attempt: number;
  /** Aborted when the result no longer counts: the attempt timed out, or the process has to stop. */
  signal: AbortSignal;
}

/**
 * Performs a job. It must be idempotent, since a job runs at least once: when a process dies or loses the database
 * after the work but before recording it, the job runs again. If it throws, the job is retried.
 */
export type JobHandler<Payload extends object> = (job: JobAttempt<Payload>) => Promise<void>;

export interface EnqueueOptions {
  /** Manager of the transaction that enqueues the job: the job exists only if the transaction is committed. */
  manager: EntityManager;
  /** Earliest time, or delay in seconds; immediately by default. Up to five seconds late. */
  startAfter?: Date | number;
  /**
   * At most one job of the same name and key waits; jobs that run or are being retried do not count. While a
   * transaction that enqueues one is open, others that enqueue the same key wait for it.
   */
  singletonKey?: string;
}
