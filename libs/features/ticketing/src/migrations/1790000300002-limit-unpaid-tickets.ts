import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CHANGE_PLACES } from './1790000300001-count-places-by-statement.js';

/**
 * Holds the tickets of a user that are not paid yet to `ticketing.max_unpaid`, which a transaction that sells sets. As
 * the quotas of a user, it is counted while the event is locked.
 */
export class LimitUnpaidTickets1790000300002 implements MigrationInterface {
  readonly name = 'LimitUnpaidTickets1790000300002';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(LIMIT_UNPAID);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(orReplace(CHANGE_PLACES));
  }
}

const orReplace = (sql: string): string => sql.replace('CREATE FUNCTION', 'CREATE OR REPLACE FUNCTION');

/** The function before, with one more limit. */
const LIMIT_UNPAID = orReplace(CHANGE_PLACES)
  .replace(
    'session_limit integer;',
    `session_limit integer;
    unpaid_limit integer := nullif(current_setting('ticketing.max_unpaid', true), '');`,
  )
  .replace('session_limit) IS NULL', 'session_limit, unpaid_limit) IS NULL')
  .replace('SELECT user_id, event_id, category_id, session_id FROM', 'SELECT * FROM')
  .replace(
    'HAVING count(*) > event_limit',
    `HAVING count(*) > event_limit
        OR count(*) FILTER (WHERE status = 'pending') > unpaid_limit`,
  );
