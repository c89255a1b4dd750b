import { Injectable } from '@nestjs/common';
import { type Db, PgBoss } from 'pg-boss';
import { v7 as uuidv7 } from 'uuid';
import type { EntityManager } from 'typeorm';
import type { Statement } from '@gatehouse/database';
import { FailedJob } from './failed-job.entity.js';
import { runOn } from './job-database.js';
import { checkPayload } from './job-payload.js';

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

/** A kind of job and its handler. */
export interface DefinedJob extends Required<Omit<JobDefinition, 'every'>>, Pick<JobDefinition, 'every'> {
  handler: JobHandler<object>;
}

const defaults = { retries: 5, backoffSeconds: 10, timeoutSeconds: 900, concurrency: 1 };

/** Durable background jobs: defined by features at start, enqueued in their transactions, run afterwards. */
@Injectable()
export class Jobs {
  private readonly definitions = new Map<string, DefinedJob>();

  constructor(private readonly boss: PgBoss) {}

  /** All kinds of jobs. */
  get defined(): readonly DefinedJob[] {
    return [...this.definitions.values()];
  }

  /**
   * Defines a job and its handler. Call it in a constructor or `onModuleInit`: jobs are worked from
   * `onApplicationBootstrap` on.
   * @throws when the name is taken
   */
  define<Payload extends object>(definition: JobDefinition, handler: JobHandler<Payload>): void {
    const { name } = definition;
    if (this.definitions.has(name)) throw new Error(`The job "${name}" is defined twice`);
    this.definitions.set(name, { ...defaults, ...definition, handler: handler as JobHandler<object> });
  }

  /**
   * Enqueues a job.
   * @param payload a JSON object for the handler. It is kept for days: no secrets
   * @returns its id, or `undefined` when a job with the same `singletonKey` is already waiting
   * @throws when the job is not defined, or the payload cannot be stored
   */
  async enqueue(
    name: string,
    payload: object,
    { manager, startAfter, singletonKey }: EnqueueOptions,
  ): Promise<string | undefined> {
    return this.send(name, payload, runOn(manager), { startAfter, singletonKey });
  }

  /** Like {@link enqueue} without delay, as a statement for a batched transaction. */
  async statement(name: string, payload: object): Promise<Statement> {
    let statement: Statement | undefined;
    const executeSql = async (text: string, values: Statement['values']) => {
      statement = { text, values };
      return { rows: [] };
    };
    await this.send(name, payload, { executeSql });
    return statement!;
  }

  /**
   * Retries a failed job once the transaction is committed.
   * @returns its name; `undefined` when there is no such failed job
   */
  async retry(id: string, manager: EntityManager): Promise<string | undefined> {
    const job = await manager.findOne(FailedJob, {
      where: { id, state: 'failed' },
      lock: { mode: 'pessimistic_write' },
    });
    if (!job) return undefined;
    const db = runOn(manager);
    await this.boss.retry(job.name, id, { db });
    // Of these two, only an update wakes the worker.
    await this.boss.update(job.name, undefined, { id, startAfter: 0, db });
    return job.name;
  }

  private async send(
    name: string,
    payload: object,
    db: Db,
    { startAfter, singletonKey }: Pick<EnqueueOptions, 'startAfter' | 'singletonKey'> = {},
  ): Promise<string | undefined> {
    if (!this.definitions.has(name)) throw new Error(`There is no job "${name}"`);
    checkPayload(payload);
    const id = uuidv7();
    // The queue lets one job per key wait, and treats jobs without a key as having the same one.
    return (
      (await this.boss.send(name, payload, { id, singletonKey: singletonKey ?? id, startAfter, db })) ??
      undefined
    );
  }
}
