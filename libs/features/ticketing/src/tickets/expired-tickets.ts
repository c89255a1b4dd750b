import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Jobs } from '@gatehouse/jobs';
import { AvailabilityNotices } from '../availability/availability-notices.js';
import { EXPIRE } from '../events/event-lock.js';

/** Maximum number of tickets per run; the rest is due at the next. */
const LIMIT = 10_000;
/** Maximum number of tickets that one transaction expires, since it locks the event in the meantime. */
const BATCH = 100;

const FIND_EVENTS = `
  SELECT DISTINCT event_id AS id FROM (
    SELECT event_id FROM ticketing_tickets WHERE status = 'pending' AND expires_at <= now()
    ORDER BY expires_at LIMIT $1
  ) due`;

/** Expires pending tickets that were not paid in time, also those of a time without a running process. */
@Injectable()
export class ExpiredTickets {
  constructor(
    private readonly dataSource: DataSource,
    private readonly notices: AvailabilityNotices,
    jobs: Jobs,
  ) {
    jobs.define({ name: 'ticketing.expire-tickets', every: '* * * * *' }, async () => {
      await this.sweep(LIMIT);
    });
  }

  /**
   * Releases each place exactly once, regardless of concurrent work.
   * @param limit maximum number of tickets
   * @returns the number of expired tickets
   */
  async sweep(limit: number): Promise<number> {
    const events = await this.dataSource.query<{ id: string }[]>(FIND_EVENTS, [limit]);
    let total = 0;
    for (const { id } of events) {
      for (let expired = BATCH; expired === BATCH && total < limit; total += expired) {
        expired = await this.expire(id, Math.min(BATCH, limit - total));
      }
    }
    return total;
  }

  private async expire(eventId: string, limit: number): Promise<number> {
    const [, count] = await this.dataSource.query<[unknown[], number]>(EXPIRE, [eventId, limit]);
    if (count > 0) this.notices.changed(eventId);
    return count;
  }
}
