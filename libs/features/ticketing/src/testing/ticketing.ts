import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { vi } from 'vitest';
import { GroupsModule } from '@gatehouse/groups';
import { AuditModule } from '@gatehouse/audit';
import type { Principal } from '@gatehouse/http';
import { NotificationsModule } from '@gatehouse/notifications';
import { Checkouts, PaymentsModule } from '@gatehouse/payments';
import { UsersModule } from '@gatehouse/users';
import { startFeatures, type TestFeatures } from '@gatehouse/users/testing';
import { TicketCategory } from '../entities/ticket-category.entity.js';
import { TicketedEvent } from '../entities/event.entity.js';
import { ACCESS, MANAGE_EVENTS } from '../organisers/authority.js';
import { Organiser, OrganiserMember } from '../entities/organiser.entity.js';
import { EventSession } from '../entities/event-session.entity.js';
import { PurchaseService } from '../tickets/purchase.service.js';
import type { BoughtTicketDto } from '../tickets/ticket.dto.js';
import { TicketingModule } from '../ticketing.module.js';

const HOUR_MS = 3_600_000;
export const hoursFromNow = (hours: number): Date => new Date(Date.now() + hours * HOUR_MS);

/** Changes to the defaults of {@link TicketingDatabase.newEvent}. */
export interface EventChanges {
  event?: Partial<TicketedEvent>;
  session?: Partial<EventSession>;
  category?: Partial<TicketCategory>;
}

/** Ids of an event with a session and a category. */
export interface Made {
  organiserId: string;
  eventId: string;
  sessionId: string;
  categoryId: string;
}

/** The feature with a separate database and a payment provider that always opens a checkout. */
export class TicketingDatabase {
  private constructor(
    readonly features: TestFeatures,
    readonly dataSource: DataSource,
  ) {}

  static async start(variables: Record<string, string> = {}): Promise<TicketingDatabase> {
    const features = await startFeatures(
      [AuditModule, UsersModule, GroupsModule, NotificationsModule, PaymentsModule, TicketingModule],
      variables,
    );
    openEveryCheckout(features);
    return new TicketingDatabase(features, features.context.get(DataSource));
  }

  /** A simulated second process on the same database. */
  async another(): Promise<TestFeatures> {
    const features = await this.features.another();
    openEveryCheckout(features);
    return features;
  }

  stop(): Promise<void> {
    return this.features.stop();
  }

  get<T>(type: new (...dependencies: never[]) => T): T {
    return this.features.context.get(type, { strict: false });
  }

  /** A user in the table, with some permissions. */
  async newCaller(...permissions: string[]): Promise<Principal> {
    const id = uuidv7();
    const username = `user-${id.slice(-12)}`;
    await this.dataSource.query(
      `INSERT INTO users (id, username, email, password_hash) VALUES ($1, $2, $3, '-')`,
      [id, username, `${username}@example.com`],
    );
    return { id, username, role: 'user', can: (name) => [ACCESS, ...permissions].includes(name) };
  }

  /** A member with the right `manage`, who has the permission. */
  async newManager({ organiserId }: Pick<Made, 'organiserId'>): Promise<Principal> {
    return this.newMember(organiserId, { canManage: true, canScan: false }, MANAGE_EVENTS);
  }

  async newScanner({ organiserId }: Pick<Made, 'organiserId'>): Promise<Principal> {
    return this.newMember(organiserId, { canManage: false, canScan: true });
  }

  /** An event on sale, with a session and a category that costs 1500 cents, without quotas. */
  async newEvent({ event, session, category }: EventChanges = {}): Promise<Made> {
    const { manager } = this.dataSource;
    const made = { organiserId: uuidv7(), eventId: uuidv7(), sessionId: uuidv7(), categoryId: uuidv7() };
    const { organiserId, eventId } = made;
    await manager.insert(Organiser, { id: organiserId, name: 'Organiser' });
    await manager.insert(TicketedEvent, {
      id: eventId,
      organiserId,
      name: `Event ${eventId}`,
      nameKey: eventId,
      openDate: hoursFromNow(-1),
      ...event,
    });
    await manager.insert(EventSession, {
      id: made.sessionId,
      eventId,
      name: 'Session',
      date: hoursFromNow(1),
      ...session,
    });
    await manager.insert(TicketCategory, {
      id: made.categoryId,
      eventId,
      name: 'Category',
      priceCents: 1500,
      currency: 'EUR',
      ...category,
    });
    return made;
  }

  buy(
    { categoryId, sessionId }: Pick<Made, 'categoryId' | 'sessionId'>,
    caller: Principal,
    { userId, key }: { userId?: string; key?: string } = {},
  ): Promise<BoughtTicketDto> {
    return this.get(PurchaseService).buy({ categoryId, sessionId, ...(userId && { userId }) }, caller, key);
  }

  /** Used places of event, category and session according to their counters. */
  async used({ eventId, categoryId, sessionId }: Made): Promise<[number, number, number]> {
    const { manager } = this.dataSource;
    const rows = [
      await manager.findOneByOrFail(TicketedEvent, { id: eventId }),
      await manager.findOneByOrFail(TicketCategory, { id: categoryId }),
      await manager.findOneByOrFail(EventSession, { id: sessionId }),
    ];
    return rows.map(({ usedQuota }) => usedQuota) as [number, number, number];
  }

  /** Makes the ticket overdue. */
  async letExpire(ticketId: string): Promise<void> {
    await this.dataSource.query(
      `UPDATE ticketing_tickets SET expires_at = now() - interval '1 second' WHERE id = $1`,
      [ticketId],
    );
  }

  private async newMember(
    organiserId: string,
    rights: Pick<OrganiserMember, 'canManage' | 'canScan'>,
    ...permissions: string[]
  ): Promise<Principal> {
    const caller = await this.newCaller(...permissions);
    await this.dataSource.manager.insert(OrganiserMember, { organiserId, userId: caller.id, ...rights });
    return caller;
  }
}

function openEveryCheckout({ context }: TestFeatures): void {
  const checkouts = context.get(Checkouts, { strict: false });
  const checkoutOf = (reference: string) => ({ id: reference, url: `https://pay.example/${reference}` });
  vi.spyOn(checkouts, 'openStatement').mockImplementation((wanted) => ({
    statement: { text: 'SELECT' },
    checkouts: wanted.map(({ reference }) => checkoutOf(reference)),
  }));
  vi.spyOn(checkouts, 'find').mockImplementation(async (_, reference) => checkoutOf(reference));
}

/** Status and text of a refusal. */
export async function refusalOf(work: Promise<unknown>): Promise<[number, string]> {
  return work.then(
    () => [200, 'not refused'],
    (error: { getStatus?: () => number; message: string }) => {
      if (!error.getStatus) throw error;
      return [error.getStatus(), error.message];
    },
  );
}
