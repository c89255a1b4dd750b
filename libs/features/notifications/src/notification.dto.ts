import {
  type Validatable,
  DateTimeField,
  type FieldOptions,
  StringField,
  UuidField,
} from '@gatehouse/validation';
import type { FieldError } from '@gatehouse/http';

/** Fields shared by several DTOs, with the rules that the table enforces. In characters. */
export const MAX_TITLE = 200;
export const MAX_BODY = 2000;

export function TitleField(options: FieldOptions = {}): PropertyDecorator {
  return StringField({ min: 1, max: MAX_TITLE, trim: true, example: 'Doors open earlier', ...options });
}

export function BodyField(options: FieldOptions = {}): PropertyDecorator {
  return StringField({
    min: 1,
    max: MAX_BODY,
    example: 'On Friday the doors open at 18:00.',
    ...options,
  });
}

/** A notification as shown to its sender. Two of `topicId`, `groupId` and `userId` are `null`. */
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
    description: 'Earliest time of delivery.',
    example: '2026-07-01T12:00:00.000Z',
  })
  sendAt: Date;

  @DateTimeField({ example: '2026-07-01T12:00:00.000Z' })
  createdAt: Date;
}

const targets = ['topicId', 'groupId', 'userId'] as const;
const MAX_DAYS_AHEAD = 365;
const DAY_MS = 86_400_000;

export class SendNotificationDto implements Validatable {
  @UuidField({
    optional: true,
    description: 'Goes to its subscribers. Exactly one of `topicId`, `groupId` and `userId` is needed.',
    example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081',
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
    example: '2026-07-01T12:00:00.000Z',
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
