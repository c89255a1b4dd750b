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

export function QuotaField(options: FieldOptions = {}): PropertyDecorator {
  return IntegerField({
    min: 1,
    max: MAX_QUOTA,
    nullable: true,
    description: 'Places. `null`: unlimited.',
    example: 500,
    ...options,
  });
}

export function UserQuotaField(options: FieldOptions = {}): PropertyDecorator {
  return QuotaField({ description: 'Maximum places per user. `null`: unlimited.', example: 4, ...options });
}

export function UsedQuotaField(): PropertyDecorator {
  return IntegerField({ description: 'Places of pending and confirmed tickets.', example: 42 });
}

export function DisabledField(options: FieldOptions = {}): PropertyDecorator {
  return BooleanField({ description: 'Whether sales are suspended.', example: false, ...options });
}

/** The number of places, and how many are left. */
export class QuotaDto {
  @QuotaField()
  quota: number | null;

  @IntegerField({ description: 'Places of pending and confirmed tickets.', example: 42 })
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
