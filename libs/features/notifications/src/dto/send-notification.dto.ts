import type { FieldError } from '@gatehouse/http';
import { type Completable, DateTimeField, UuidField } from '@gatehouse/validation';
import { BodyField, TitleField } from './notification.fields.js';

const targets = ['topicId', 'groupId', 'userId'] as const;
const MAX_DAYS_AHEAD = 365;
const DAY_MS = 86_400_000;

export class SendNotificationDto implements Completable {
  @UuidField({
    optional: true,
    description: 'Its subscribers are told. Exactly one of `topicId`, `groupId` and `userId` is needed.',
    example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081',
  })
  topicId?: string;

  @UuidField({
    optional: true,
    description: 'Its members are told.',
    example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7082',
  })
  groupId?: string;

  @UuidField({
    optional: true,
    description: 'The user is told.',
    example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7083',
  })
  userId?: string;

  @TitleField()
  title: string;

  @BodyField()
  body: string;

  @DateTimeField({
    optional: true,
    description: `When to deliver it, at most ${MAX_DAYS_AHEAD} days ahead. At once when it is absent or past.`,
    example: '2026-07-01T12:00:00.000Z',
  })
  sendAt?: Date;

  complete(): FieldError[] {
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

/** A body for each target. */
export const sendExamples = {
  topic: { summary: 'To a topic', value: { topicId: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081', ...text } },
  group: { summary: 'To a group', value: { groupId: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7082', ...text } },
  user: { summary: 'To a user', value: { userId: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7083', ...text } },
};
