import { Injectable, Logger } from '@nestjs/common';
import type { QueryResult } from 'pg';
import type { Db } from 'pg-boss';
import { DataSource, type EntityManager } from 'typeorm';
import { poolOf } from '@gatehouse/database';
import { ProcessBus } from '@gatehouse/process-bus';

/**
 * pg-boss's access to the database: the application's pool for statements, and the connection of the process bus for
 * LISTEN. Idle jobs therefore occupy no connection.
 */
@Injectable()
export class JobDatabase implements Db {
  /** Whether the last statement failed. */
  failing = false;

  private readonly logger = new Logger('Jobs');

  constructor(
    private readonly dataSource: DataSource,
    private readonly bus: ProcessBus,
  ) {}

  /**
   * pg-boss sends whole transactions as one text. After a failure the connection is still in the transaction, and the
   * pool's own `query` does not reuse it.
   */
  async executeSql(text: string, values?: unknown[]): Promise<QueryResult> {
    try {
      const result = await poolOf(this.dataSource).query(text, values);
      if (this.failing) this.logger.log('The database is available again, jobs continue');
      this.failing = false;
      return result;
    } catch (error) {
      if (!this.failing)
        this.logger.warn(`Jobs are paused, the database is unavailable: ${(error as Error).message}`);
      this.failing = true;
      throw error;
    }
  }

  /** Replaces pg-boss's own: `onReconnect` is called whenever notifications may have been missed. */
  async listen(channel: string, onNotification: (payload: string) => void, onReconnect: () => void) {
    let open = true;
    this.bus.listen(
      channel,
      (payload) => open && onNotification(payload),
      () => open && onReconnect(),
    );
    return { close: async () => void (open = false) };
  }
}

/** Lets pg-boss run a statement in the transaction of `manager`. Only for those that end in SELECT. */
export function runOn(manager: EntityManager): Db {
  return { executeSql: async (text, values) => ({ rows: await manager.query(text, values) }) };
}
