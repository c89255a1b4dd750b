import { GroupsModule } from '@gatehouse/groups';
import { AuditModule } from '@gatehouse/audit';
import { ListingModule } from '@gatehouse/listing';
import { FeatureModule } from '@gatehouse/modules';
import { Delivery } from './delivery.js';
import { InboxItem } from './inbox-item.entity.js';
import { InboxListing } from './inbox.listing.js';
import { InboxService } from './inbox.service.js';
import { CreateNotifications1760000000008 } from './migrations/1760000000008-create-notifications.js';
import { Notification } from './notification.entity.js';
import { NotificationsController } from './notifications.controller.js';
import { Notifications } from './notifications.js';
import { MANAGE, SEND } from './permissions.js';
import { SendingService } from './sending.service.js';
import { TopicCatalogue } from './topic-catalogue.js';
import { TopicSubscription } from './topic-subscription.entity.js';
import { Topic } from './topic.entity.js';
import { TopicsController } from './topics.controller.js';
import { TopicsRepository } from './topics.repository.js';
import { TopicsService } from './topics.service.js';

@FeatureModule(
  {
    root: 'notifications',
    tag: 'Notifications',
    description:
      'Notifications to the subscribers of topics that features declare, to the members of groups, and to single users.',
    permissions: [
      {
        name: SEND,
        description: 'Send notifications to any topic, group or user',
        defaultRoles: [],
      },
      {
        name: MANAGE,
        description: 'See every topic, and limit topics to groups',
        defaultRoles: [],
      },
    ],
    entities: [Topic, TopicSubscription, Notification, InboxItem],
    migrations: [CreateNotifications1760000000008],
  },
  {
    imports: [GroupsModule, AuditModule, ListingModule],
    controllers: [TopicsController, NotificationsController],
    providers: [
      Delivery,
      InboxListing,
      InboxService,
      Notifications,
      SendingService,
      TopicCatalogue,
      TopicsRepository,
      TopicsService,
    ],
    exports: [Notifications],
  },
)
export class NotificationsModule {}
