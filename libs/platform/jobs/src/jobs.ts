import { Injectable } from '@nestjs/common';
import { type Db, PgBoss } from 'pg-boss';
import { v7 as uuidv7 } from 'uuid';
import type { Statement } from '@gatehouse/database';
import type { EnqueueOptions, JobDefinition, JobHandler } from './job-definition.js';
import { checkPayload } from './job-payload.js';
import { runOn } from './job-database.js';

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
