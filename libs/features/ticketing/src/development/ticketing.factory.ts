import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import type { DataFactory } from '@gatehouse/modules';
import { CategorySession, TicketCategory } from '../entities/ticket-category.entity.js';
import { TicketedEvent } from '../entities/event.entity.js';
import { Organiser, OrganiserMember } from '../entities/organiser.entity.js';
import { EventSession } from '../entities/event-session.entity.js';

const DAY_MS = 86_400_000;

const daysFromNow = (days: number): Date => new Date(Date.now() + days * DAY_MS);

/** A festival on sale, with two sessions and four categories, one of them free. */
@Injectable()
export class TicketingFactory implements DataFactory {
  async shouldRun(manager: EntityManager): Promise<boolean> {
    return !(await manager.exists(Organiser));
  }

  async run(manager: EntityManager): Promise<void> {
    const organiserId = uuidv7();
    await manager.insert(Organiser, { id: organiserId, name: 'Gatehouse Events' });
    await this.addMember(organiserId, manager);
    const eventId = uuidv7();
    await manager.insert(TicketedEvent, {
      id: eventId,
      organiserId,
      name: 'Gatehouse Festival',
      nameKey: 'gatehouse festival',
      openDate: daysFromNow(-1),
      closeDate: daysFromNow(30),
      quota: 500,
      userQuota: 4,
    });
    const saturday = {
      id: uuidv7(),
      eventId,
      name: 'Saturday',
      date: daysFromNow(10),
      quota: 300,
      userQuota: 2,
    };
    const sunday = { id: uuidv7(), eventId, name: 'Sunday', date: daysFromNow(11), quota: 200, userQuota: 2 };
    await manager.insert(EventSession, [saturday, sunday]);
    const currency = 'EUR';
    const early = { id: uuidv7(), eventId, name: 'Early bird', priceCents: 1500, currency, quota: 150 };
    const regular = { id: uuidv7(), eventId, name: 'Regular', priceCents: 2000, currency, quota: 200 };
    const backstage = { id: uuidv7(), eventId, name: 'Backstage', priceCents: 3000, currency, quota: 100 };
    const children = { id: uuidv7(), eventId, name: 'Children', priceCents: 0, currency, quota: 50 };
    await manager.insert(TicketCategory, [early, regular, { ...backstage, userQuota: 1 }, children]);
    await manager.insert(CategorySession, { categoryId: backstage.id, sessionId: saturday.id });
  }

  /** Lets the development moderator scan tickets. */
  private async addMember(organiserId: string, manager: EntityManager): Promise<void> {
    const [moderator] = await manager.query<{ id: string }[]>(
      `SELECT id FROM users WHERE role = 'moderator' ORDER BY created_at, id LIMIT 1`,
    );
    if (!moderator) return;
    const { id: userId } = moderator;
    await manager.insert(OrganiserMember, { organiserId, userId, canManage: false, canScan: true });
  }
}
