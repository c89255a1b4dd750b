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

/** Durable work in the background: defined by features at start, asked for in their transactions, done afterwards. */
@Injectable()
export class Jobs {
  private readonly definitions = new Map<string, DefinedJob>();

  constructor(private readonly boss: PgBoss) {}

  /** All kinds of jobs. */
  get defined(): readonly DefinedJob[] {
    return [...this.definitions.values()];
  }

  /**
   * Says that there is such a job and how it is done. In a constructor or `onModuleInit`: jobs are worked from
   * `onApplicationBootstrap` on.
   *
   * @throws when the name is taken
   */
  define<Payload extends object>(definition: JobDefinition, handler: JobHandler<Payload>): void {
    const { name } = definition;
    if (this.definitions.has(name)) throw new Error(`The job "${name}" is defined twice`);
    this.definitions.set(name, { ...defaults, ...definition, handler: handler as JobHandler<object> });
  }

  /**
   * Asks for a job.
   *
   * @param payload a JSON object, as its handler takes it. It is kept for days: no secrets
   * @returns its id, or `undefined` when one with the same `singletonKey` waits already
   * @throws when there is no job of the name, or the payload cannot be kept
   */
  async enqueue(
    name: string,
    payload: object,
    { manager, startAfter, singletonKey }: EnqueueOptions,
  ): Promise<string | undefined> {
    return this.send(name, payload, runOn(manager), { startAfter, singletonKey });
  }

  /** As {@link enqueue}, at once, by a statement for a transaction that is sent whole. */
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
    // The queue lets one job of a key wait, and takes jobs without a key as having the same.
    return (
      (await this.boss.send(name, payload, { id, singletonKey: singletonKey ?? id, startAfter, db })) ??
      undefined
    );
  }
}
