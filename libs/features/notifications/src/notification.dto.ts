import type { FieldError } from '@gatehouse/http';
import { type ListingOptions, ListQuery, SortField } from '@gatehouse/listing';
import { BooleanField, DateTimeField, StringField, UuidField, type Validatable } from '@gatehouse/validation';

/** Fields shared by several DTOs, with the rules that the table enforces. In characters. */
export const MAX_TITLE = 200;
export const MAX_BODY = 2000;

function TitleField(): PropertyDecorator {
  return StringField({ min: 1, max: MAX_TITLE, trim: true, example: 'Doors open earlier' });
}

function BodyField(): PropertyDecorator {
  return StringField({ min: 1, max: MAX_BODY, example: 'On Friday the doors open at 18:00.' });
}

export class NotificationParams {
  @UuidField({ description: 'Id of the notification' })
  id: string;
}

/** A notification as shown to its sender. Two of `topicId`, `groupId` and `userId` are `null`. */
export class NotificationDto {
  @UuidField({ example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7080' })
  id: string;

  @UuidField({ nullable: true })
  topicId: string | null;

  @UuidField({ nullable: true, example: null })
  groupId: string | null;

  @UuidField({ nullable: true, example: null })
  userId: string | null;

  @TitleField()
  title: string;

  @BodyField()
  body: string;

  @DateTimeField({ description: 'Earliest time of delivery.' })
  sendAt: Date;

  @DateTimeField()
  createdAt: Date;
}

const targets = ['topicId', 'groupId', 'userId'] as const;
const MAX_DAYS_AHEAD = 365;
const DAY_MS = 86_400_000;

export class SendNotificationDto implements Validatable {
  @UuidField({
    optional: true,
    description: 'Goes to its subscribers. Exactly one of `topicId`, `groupId` and `userId` is needed.',
  })
  topicId?: string;

  @UuidField({
    optional: true,
    description: 'Goes to its members.',
    example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7082',
  })
  groupId?: string;

  @UuidField({
    optional: true,
    description: 'Goes to this user.',
    example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7083',
  })
  userId?: string;

  @TitleField()
  title: string;

  @BodyField()
  body: string;

  @DateTimeField({
    optional: true,
    description: `Time of delivery, at most ${MAX_DAYS_AHEAD} days ahead. Immediately when it is absent or past.`,
  })
  sendAt?: Date;

  validateTogether(): FieldError[] {
    return [...this.wrongTargets(), ...this.wrongTime()];
  }

  private wrongTargets(): FieldError[] {
    const given = targets.filter((name) => this[name] !== undefined);
    if (given.length === 1) return [];
    const message = `exactly one of ${targets.join(', ')} must be given`;
    const [first, ...others] = given;
    return (first === undefined ? [targets[0]] : others).map((path) => ({
      path,
      code: first === undefined ? 'required' : 'exclusive',
      message,
    }));
  }

  private wrongTime(): FieldError[] {
    const latest = Date.now() + MAX_DAYS_AHEAD * DAY_MS;
    if (this.sendAt === undefined || this.sendAt.getTime() <= latest) return [];
    const message = `sendAt must be at most ${MAX_DAYS_AHEAD} days ahead`;
    return [{ path: 'sendAt', code: 'max', message }];
  }
}

const text = { title: 'Doors open earlier', body: 'On Friday the doors open at 18:00.' };

/** An example body for each target. */
export const sendExamples = {
  topic: { summary: 'To a topic', value: { topicId: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081', ...text } },
  group: { summary: 'To a group', value: { groupId: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7082', ...text } },
  user: { summary: 'To a user', value: { userId: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7083', ...text } },
};

/** A notification in the caller's inbox. */
export class InboxItemDto {
  @UuidField({ description: 'Id of the notification', example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7080' })
  id: string;

  @TitleField()
  title: string;

  @BodyField()
  body: string;

  @UuidField({
    nullable: true,
    description: '`null` when it was sent to a group or to the user.',
  })
  topicId: string | null;

  @DateTimeField({
    nullable: true,
    description: '`null` when it is unread.',
    example: '2026-07-01T12:30:00.000Z',
  })
  readAt: Date | null;

  @DateTimeField({ description: 'When it was delivered.' })
  createdAt: Date;
}

export const inboxListing: ListingOptions = {
  keys: { createdAt: { by: 'item.createdAt', type: 'timestamptz' } },
  unique: { by: 'item.notificationId', type: 'uuid' },
  defaultSort: '-createdAt',
};

export class ListInboxQuery extends ListQuery {
  @SortField(inboxListing)
  override sort?: string;

  @BooleanField({ optional: true, description: 'Only read, or only unread notifications.', example: false })
  isRead?: boolean;
}
