import { DateTimeField, UuidField } from '@gatehouse/validation';
import { BodyField, TitleField } from './notification.fields.js';

/** A notification as its sender sees it. Two of `topicId`, `groupId` and `userId` are `null`. */
export class NotificationDto {
  @UuidField({ example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7080' })
  id: string;

  @UuidField({ nullable: true, example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081' })
  topicId: string | null;

  @UuidField({ nullable: true, example: null })
  groupId: string | null;

  @UuidField({ nullable: true, example: null })
  userId: string | null;

  @TitleField()
  title: string;

  @BodyField()
  body: string;

  @DateTimeField({
    description: 'When it is delivered at the earliest.',
    example: '2026-07-01T12:00:00.000Z',
  })
  sendAt: Date;

  @DateTimeField({ example: '2026-07-01T12:00:00.000Z' })
  createdAt: Date;
}
