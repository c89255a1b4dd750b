import { TypeOrmModule } from '@nestjs/typeorm';
import { GroupsModule } from '@gatehouse/groups';
import { AuditModule } from '@gatehouse/audit';
import { ListingModule } from '@gatehouse/listing';
import { FeatureModule } from '@gatehouse/modules';
import { SocketsModule } from '@gatehouse/sockets';
import { Delivery } from './delivery.js';
import { InboxService } from './inbox.service.js';
import { LiveInbox } from './live-inbox.js';
import { CreateNotifications1760000000008 } from './migrations/1760000000008-create-notifications.js';
import { InboxItem, Notification } from './notification.entity.js';
import { NotificationsController } from './notifications.controller.js';
import { Notifications } from './notifications.js';
import { MANAGE, SEND } from './permissions.js';
import { TopicCatalogue } from './topic-catalogue.js';
import { Topic, TopicSubscription } from './topic.entity.js';
import { TopicsController } from './topics.controller.js';
import { TopicsService } from './topics.service.js';

const entities = [Topic, TopicSubscription, Notification, InboxItem];

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
    entities,
    migrations: [CreateNotifications1760000000008],
  },
  {
    imports: [TypeOrmModule.forFeature(entities), GroupsModule, AuditModule, ListingModule, SocketsModule],
    controllers: [TopicsController, NotificationsController],
    providers: [Delivery, InboxService, LiveInbox, Notifications, TopicCatalogue, TopicsService],
    exports: [Notifications],
  },
)
export class NotificationsModule {}
