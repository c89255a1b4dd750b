import { UuidField } from '@gatehouse/validation';

export class TopicParams {
  @UuidField({ description: 'Id of the topic' })
  id: string;
}

export class NotificationParams {
  @UuidField({ description: 'Id of the notification' })
  id: string;
}
