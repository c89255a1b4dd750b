import { GroupsModule } from '@gatehouse/groups';
import { AuditModule } from '@gatehouse/audit';
import { ListingModule } from '@gatehouse/listing';
import { FeatureModule } from '@gatehouse/modules';
import { NotificationsModule } from '@gatehouse/notifications';
import { PaymentsModule } from '@gatehouse/payments';
import { UsersModule } from '@gatehouse/users';
import { AvailabilityController } from './availability/availability.controller.js';
import { AvailabilityFeed } from './availability/availability-feed.js';
import { AvailabilityNotices } from './availability/availability-notices.js';
import { EventStreamLimits } from './availability/event-stream-limits.js';
import { AvailabilityService } from './availability/availability.service.js';
import { CategoriesListing } from './events/categories.listing.js';
import { CategorySession } from './entities/category-session.entity.js';
import { TicketCategoriesController } from './events/ticket-categories.controller.js';
import { TicketCategoriesService } from './events/ticket-categories.service.js';
import { TicketCategory } from './entities/ticket-category.entity.js';
import { TicketingFactory } from './development/ticketing.factory.js';
import { TicketedEvent } from './entities/event.entity.js';
import { EventsController } from './events/events.controller.js';
import { EventsListing } from './events/events.listing.js';
import { EventsService } from './events/events.service.js';
import { NEW_EVENTS } from './events/new-event-message.js';
import { CreateTicketing1760000000011 } from './migrations/1760000000011-create-ticketing.js';
import { ACCESS, MANAGE_EVENTS } from './organisers/authority.js';
import { OrganiserMember } from './entities/organiser-member.entity.js';
import { OrganiserMembersService } from './organisers/organiser-members.service.js';
import { Organiser } from './entities/organiser.entity.js';
import { OrganisersController } from './organisers/organisers.controller.js';
import { OrganisersService } from './organisers/organisers.service.js';
import { TicketingAuthority } from './organisers/ticketing-authority.js';
import { EventSession } from './entities/event-session.entity.js';
import { EventSessionsController } from './events/event-sessions.controller.js';
import { EventSessionsService } from './events/event-sessions.service.js';
import { ExpiredTickets } from './tickets/expired-tickets.js';
import { PurchaseKey } from './entities/purchase-key.entity.js';
import { PurchaseKeys } from './tickets/purchase-keys.js';
import { PurchaseService } from './tickets/purchase.service.js';
import { SoldTicketsController } from './tickets/sold-tickets.controller.js';
import { TicketPayments } from './tickets/ticket-payments.js';
import { TicketingJobs } from './tickets/ticketing-jobs.js';
import { TicketSales } from './tickets/ticket-sales.js';
import { TicketWriter } from './tickets/ticket-writer.js';
import { Ticket } from './entities/ticket.entity.js';
import { TicketsController } from './tickets/tickets.controller.js';
import { TicketsListing } from './tickets/tickets.listing.js';
import { TicketsRepository } from './tickets/tickets.repository.js';
import { TicketsService } from './tickets/tickets.service.js';
import { TicketingSettings } from './ticketing.settings.js';

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
    entities: [
      Organiser,
      OrganiserMember,
      TicketedEvent,
      EventSession,
      TicketCategory,
      CategorySession,
      Ticket,
      PurchaseKey,
    ],
    migrations: [CreateTicketing1760000000011],
    paymentCallback: TicketPayments,
    factory: { use: TicketingFactory, dependsOn: ['users'] },
  },
  {
    imports: [GroupsModule, AuditModule, ListingModule, NotificationsModule, PaymentsModule, UsersModule],
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
      OrganiserMembersService,
      TicketingAuthority,
      EventsService,
      EventsListing,
      EventSessionsService,
      TicketCategoriesService,
      CategoriesListing,
      PurchaseService,
      PurchaseKeys,
      TicketSales,
      TicketWriter,
      TicketsRepository,
      TicketsService,
      TicketsListing,
      TicketPayments,
      ExpiredTickets,
      AvailabilityFeed,
      EventStreamLimits,
      AvailabilityNotices,
      AvailabilityService,
      TicketingJobs,
    ],
    exports: [TicketPayments],
  },
)
export class TicketingModule {}
