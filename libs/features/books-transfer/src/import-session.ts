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
  /** The first rejections, in order. */
  rejections: Rejection[];
}

/**
 * A separate database connection that collects the rows of an import in a temporary table, without locks, and then
 * writes all of them to `books` in one transaction. If it ends before that, nothing has changed.
 */
export class ImportSession {
  private constructor(private readonly client: DatabaseClient) {}

  /** Connects outside the pool, so that imports take no connections from requests. */
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

  /** @param rows `StagedRow` objects as JSON */
  async stage(rows: readonly string[]): Promise<void> {
    if (rows.length === 0) return;
    await this.client.query({ name: 'stage', text: STAGE_ROWS, values: [`[${rows.join()}]`] });
  }

  /** Writes all rows or none. */
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
        'The database was lost during the commit of the import, which may or may not have succeeded: repeat the import, which is safe',
        5,
        error,
      );
    }
  }
}

/**
 * Whether the transaction failed because of a deadlock, a serialization failure, or a unique value that was taken
 * between look-up and insert.
 */
function hasLostRace(error: unknown): boolean {
  return isSerializationFailure(error) || uniqueViolation(error) !== undefined;
}
