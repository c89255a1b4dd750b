import { Injectable, Logger, OnModuleDestroy } from '@nestjs/common';
import { DataSource } from 'typeorm';

export const AVAILABILITY_CHANNEL = 'ticketing_availability';

/** Milliseconds in which the changes of one event make one notice. */
const PAUSE = 50;

/**
 * Notifies every process of events whose counters have changed, soon after the commit. Not in the transaction:
 * commits with notifications are serialised across the whole database, which would cost two thirds of the sales.
 */
@Injectable()
export class AvailabilityNotices implements OnModuleDestroy {
  private readonly logger = new Logger(AvailabilityNotices.name);
  private readonly events = new Set<string>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly dataSource: DataSource) {}

  /** Call it after the commit. */
  changed(eventId: string): void {
    this.events.add(eventId);
    this.timer ??= setTimeout(() => void this.publish(), PAUSE);
  }

  /** Sends pending notices. */
  async onModuleDestroy(): Promise<void> {
    clearTimeout(this.timer);
    await this.publish();
  }

  private async publish(): Promise<void> {
    const events = [...this.events];
    this.events.clear();
    this.timer = undefined;
    if (events.length === 0) return;
    try {
      await this.dataSource.query('SELECT pg_notify($1, id) FROM unnest($2::text[]) AS id', [
        AVAILABILITY_CHANNEL,
        events,
      ]);
    } catch (error) {
      // The feeds read their events again at the next heartbeat.
      this.logger.warn(`A change of availability was not published: ${(error as Error).message}`);
    }
  }
}
