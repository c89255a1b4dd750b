import { BooleanField, type FieldOptions, IntegerField, StringField, UuidField } from '@gatehouse/validation';

/**
 * Cache tag of every response that shows events. Cached responses contain no counters, so sales do not invalidate it.
 */
export const EVENTS = 'ticketing-events';

/** Fields shared by several DTOs, with the rules that the tables enforce. */

const MAX_QUOTA = 2_147_483_647;

export function NameField(options: FieldOptions & { max?: number } = {}): PropertyDecorator {
  return StringField({ min: 1, max: 200, trim: true, example: 'Gatehouse Festival', ...options });
}

function QuotaField(options: FieldOptions = {}): PropertyDecorator {
  return IntegerField({
    min: 1,
    max: MAX_QUOTA,
    nullable: true,
    description: 'Places. `null`: unlimited.',
    example: 500,
    ...options,
  });
}

function UserQuotaField(options: FieldOptions = {}): PropertyDecorator {
  return QuotaField({ description: 'Maximum places per user. `null`: unlimited.', example: 4, ...options });
}

function DisabledField(options: FieldOptions = {}): PropertyDecorator {
  return BooleanField({ description: 'Whether sales are suspended.', example: false, ...options });
}

export function UsedQuotaField(): PropertyDecorator {
  return IntegerField({ description: 'Places of pending and confirmed tickets.', example: 42 });
}

/** Limits of an event, a session or a category. */
export class LimitsDto {
  @QuotaField()
  quota: number | null;

  @UserQuotaField()
  userQuota: number | null;

  @DisabledField()
  disabled: boolean;
}

/** The same with defaults, for a new one. */
export class NewLimitsDto {
  @QuotaField({ default: null })
  quota: number | null;

  @UserQuotaField({ default: null })
  userQuota: number | null;

  @DisabledField({ default: false })
  disabled: boolean;
}

/** The number of places, and how many are left. */
export class QuotaDto {
  @QuotaField()
  quota: number | null;

  @UsedQuotaField()
  used: number;

  @IntegerField({ nullable: true, description: '`null`: unlimited.', example: 458 })
  remaining: number | null;
}

export class OrganiserParams {
  @UuidField({ description: 'Id of the organiser' })
  id: string;
}

export class EventParams {
  @UuidField({ description: 'Id of the event' })
  id: string;
}

/** Payload of the messages about the availability of an event. */
export class SubscriptionDto {
  @UuidField()
  eventId: string;
}

export class EventSessionParams {
  @UuidField({ description: 'Id of the session' })
  id: string;
}

export class CategoryParams {
  @UuidField({ description: 'Id of the category' })
  id: string;
}

export class TicketParams {
  @UuidField({ description: 'Id of the ticket' })
  id: string;
}
