import type { DataSource } from 'typeorm';
import { DatabaseClient, isSerializationFailure, poolOf, uniqueViolation } from '@gatehouse/database';
import { UnavailableProblem } from '@gatehouse/http';
import { importLimits } from './import-limits.js';
import type { Rejection } from './import-record.js';
import {
  CREATE_MERGE,
  CREATE_STAGE,
  LOCK_IMPORTS,
  MERGE,
  READ_REJECTIONS,
  STAGE_ROWS,
} from './merge-books.sql.js';

const MAX_ATTEMPTS = 5;

export interface Merged {
  imported: number;
  updated: number;
  rejected: number;
  /** The first of the rejected ones, in order. */
  rejections: Rejection[];
}

/**
 * A database connection of its own that collects the rows of one import in a temporary table, where they lock nothing,
 * and then writes them all into `books` in one transaction. Whenever it ends before, nothing has happened.
 */
export class ImportSession {
  private constructor(private readonly client: DatabaseClient) {}

  /** Connects outside of the pool, so that imports take no connection from other requests. */
  static async open(dataSource: DataSource): Promise<ImportSession> {
    const { options } = poolOf(dataSource);
    const client = new DatabaseClient({
      ...options,
      password: options.password,
      application_name: 'gatehouse-import',
      statement_timeout: 0,
      query_timeout: 0,
    });
    await client.connect();
    const session = new ImportSession(client);
    try {
      await client.query(CREATE_STAGE);
      await client.query(CREATE_MERGE);
    } catch (error) {
      await session.close();
      throw error;
    }
    return session;
  }

  /** @param rows each a `StagedRow` as JSON */
  async stage(rows: readonly string[]): Promise<void> {
    if (rows.length === 0) return;
    await this.client.query({ name: 'stage', text: STAGE_ROWS, values: [`[${rows.join()}]`] });
  }

  /** Writes everything or nothing. */
  async merge(): Promise<Merged> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.tryMerge();
      } catch (error) {
        if (attempt === MAX_ATTEMPTS || !hasLostRace(error)) throw error;
        await this.client.query('ROLLBACK');
      }
    }
  }

  async close(): Promise<void> {
    await this.client.end();
  }

  private async tryMerge(): Promise<Merged> {
    await this.client.query('BEGIN');
    await this.client.query(LOCK_IMPORTS);
    const counts = (await this.client.query<Record<'imported' | 'updated' | 'rejected', string>>(MERGE))
      .rows[0]!;
    const found = await this.client.query<{ line: string; reason: string }>(READ_REJECTIONS, [
      importLimits.errors,
    ]);
    await this.commit();
    return {
      imported: Number(counts.imported),
      updated: Number(counts.updated),
      rejected: Number(counts.rejected),
      rejections: found.rows.map(({ line, reason }) => ({ line: Number(line), reason })),
    };
  }

  private async commit(): Promise<void> {
    try {
      await this.client.query('COMMIT');
    } catch (error) {
      throw new UnavailableProblem(
        'The database was lost while it committed the import, which may or may not have happened: run it again, which is harmless',
        5,
        error,
      );
    }
  }
}

/** By a deadlock or a serialization failure, or for a unique value that was taken between the look-up and the insert. */
function hasLostRace(error: unknown): boolean {
  return isSerializationFailure(error) || uniqueViolation(error) !== undefined;
}
