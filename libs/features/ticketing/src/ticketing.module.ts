import { TypeOrmModule } from '@nestjs/typeorm';
import { GroupsModule } from '@gatehouse/groups';
import { AuditModule } from '@gatehouse/audit';
import { ListingModule } from '@gatehouse/listing';
import { FeatureModule } from '@gatehouse/modules';
import { NotificationsModule } from '@gatehouse/notifications';
import { PaymentsModule } from '@gatehouse/payments';
import { SocketsModule } from '@gatehouse/sockets';
import { UsersModule } from '@gatehouse/users';
import { AvailabilityController } from './availability/availability.controller.js';
import { AvailabilityFeed } from './availability/availability-feed.js';
import { AvailabilityGateway } from './availability/availability.gateway.js';
import { AvailabilityNotices } from './availability/availability-notices.js';
import { EventStreamLimits } from './availability/event-stream-limits.js';
import { AvailabilityService } from './availability/availability.service.js';
import { TicketCategoriesController } from './events/ticket-categories.controller.js';
import { TicketCategoriesService } from './events/ticket-categories.service.js';
import { CategorySession, TicketCategory } from './entities/ticket-category.entity.js';
import { TicketingFactory } from './development/ticketing.factory.js';
import { TicketedEvent } from './entities/event.entity.js';
import { EventsController } from './events/events.controller.js';
import { EventsService, NEW_EVENTS } from './events/events.service.js';
import { CreateTicketing1760000000011 } from './migrations/1760000000011-create-ticketing.js';
import { ACCESS, MANAGE_EVENTS, TicketingAuthority } from './organisers/authority.js';
import { Organiser, OrganiserMember } from './entities/organiser.entity.js';
import { OrganisersController } from './organisers/organisers.controller.js';
import { OrganisersService } from './organisers/organisers.service.js';
import { EventSession } from './entities/event-session.entity.js';
import { EventSessionsController } from './events/event-sessions.controller.js';
import { EventSessionsService } from './events/event-sessions.service.js';
import { ExpiredTickets } from './tickets/expired-tickets.js';
import { PurchaseKey } from './entities/purchase-key.entity.js';
import { PurchaseKeys } from './tickets/purchase-keys.js';
import { PurchaseService } from './tickets/purchase.service.js';
import { TicketPayments } from './tickets/ticket-payments.js';
import { TicketSales } from './tickets/ticket-sales.js';
import { TicketWriter } from './tickets/ticket-writer.js';
import { Ticket } from './entities/ticket.entity.js';
import { SoldTicketsController, TicketsController } from './tickets/tickets.controller.js';

import { TicketsService } from './tickets/tickets.service.js';
import { TicketingSettings } from './ticketing.settings.js';

const entities = [
  Organiser,
  OrganiserMember,
  TicketedEvent,
  EventSession,
  TicketCategory,
  CategorySession,
  Ticket,
  PurchaseKey,
];

@FeatureModule(
  {
    root: 'ticketing',
    tag: 'Ticketing',
    description: 'Events with their sessions and categories, and tickets, which are never oversold.',
    permissions: [
      {
        name: ACCESS,
        description: 'See what is on sale and buy tickets',
        defaultRoles: ['moderator', 'user'],
      },
      {
        name: MANAGE_EVENTS,
        description: 'Manage the events of organisers in which the user has the right `manage`',
        defaultRoles: [],
      },
    ],
    topics: [{ name: NEW_EVENTS, description: 'New events' }],
    settings: TicketingSettings,
    entities,
    migrations: [CreateTicketing1760000000011],
    paymentCallback: TicketPayments,
    factory: { use: TicketingFactory, dependsOn: ['users'] },
  },
  {
    imports: [
      TypeOrmModule.forFeature(entities),
      GroupsModule,
      AuditModule,
      ListingModule,
      NotificationsModule,
      PaymentsModule,
      SocketsModule,
      UsersModule,
    ],
    controllers: [
      OrganisersController,
      EventsController,
      EventSessionsController,
      TicketCategoriesController,
      TicketsController,
      SoldTicketsController,
      AvailabilityController,
    ],
    providers: [
      OrganisersService,
      TicketingAuthority,
      EventsService,
      EventSessionsService,
      TicketCategoriesService,
      PurchaseService,
      PurchaseKeys,
      TicketSales,
      TicketWriter,
      TicketsService,
      TicketPayments,
      ExpiredTickets,
      AvailabilityFeed,
      AvailabilityGateway,
      EventStreamLimits,
      AvailabilityNotices,
      AvailabilityService,
    ],
    exports: [TicketPayments],
  },
)
export class TicketingModule {}
