import { DateTimeField, NestedField, PatchType, UuidField } from '@gatehouse/validation';
import { type ListingOptions, ListQuery, SortField } from '@gatehouse/listing';
import { DisabledField, NameField, QuotaField, UsedQuotaField, UserQuotaField } from '../ticketing.dto.js';
import { TicketCategoryDto } from './category.dto.js';
import { OrganiserDto } from '../organisers/organiser.dto.js';
import { EventSessionDto } from './event-session.dto.js';

/** An event in a listing. */
export class TicketedEventDto {
  @UuidField({ example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081' })
  id: string;

  @UuidField({ example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081' })
  organiserId: string;

  @NameField()
  name: string;

  @DateTimeField({ description: 'Start of sales.', example: '2026-07-01T12:00:00.000Z' })
  openDate: Date;

  @DateTimeField({
    nullable: true,
    description: 'End of sales.',
    example: '2026-08-31T12:00:00.000Z',
  })
  closeDate: Date | null;

  @QuotaField()
  quota: number | null;

  @UserQuotaField()
  userQuota: number | null;

  @DisabledField()
  disabled: boolean;

  @DateTimeField({ example: '2026-07-01T12:00:00.000Z' })
  createdAt: Date;
}

/** Maximum number of sessions and of categories shown; listings have the rest. */
export const MAX_SHOWN = 100;

/** An event with everything that a buyer chooses from. */
export class EventDetailsDto extends TicketedEventDto {
  @UsedQuotaField()
  usedQuota: number;

  @NestedField(() => OrganiserDto)
  organiser: OrganiserDto;

  @NestedField(() => EventSessionDto, {
    isArray: true,
    maxItems: MAX_SHOWN,
    description: 'The first by date. An event with more lists them at `/ticketing/events/{id}/sessions`.',
  })
  sessions: EventSessionDto[];

  @NestedField(() => TicketCategoryDto, {
    isArray: true,
    maxItems: MAX_SHOWN,
    description: 'The oldest. An event with more lists them at `/ticketing/events/{id}/categories`.',
  })
  categories: TicketCategoryDto[];
}

/** Fields that an update can change. */
export class EventFields {
  @NameField({ description: 'Unique per organiser, regardless of case.' })
  name: string;

  @DateTimeField({ description: 'Start of sales.', example: '2026-07-01T12:00:00.000Z' })
  openDate: Date;

  @DateTimeField({
    nullable: true,
    default: null,
    description: 'End of sales. `null`: no end.',
    example: '2026-08-31T12:00:00.000Z',
  })
  closeDate: Date | null;

  @QuotaField({ default: null })
  quota: number | null;

  @UserQuotaField({ default: null })
  userQuota: number | null;

  @DisabledField({ default: false })
  disabled: boolean;
}

export class CreateEventDto extends EventFields {
  @UuidField({ example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081' })
  organiserId: string;
}

/** Absent fields keep their value; `null` clears closing date and quotas. */
export class UpdateEventDto extends PatchType(EventFields) {}

export const eventsListing: ListingOptions = {
  keys: {
    openDate: { by: 'event.openDate', type: 'timestamptz' },
    name: { by: 'event.name', type: 'text' },
    createdAt: { by: 'event.createdAt', type: 'timestamptz' },
  },
  unique: { by: 'event.id', type: 'uuid' },
  defaultSort: 'openDate',
};

export class ListEventsQuery extends ListQuery {
  @SortField(eventsListing)
  override sort?: string;

  @UuidField({ optional: true, description: 'Only events of this organiser.' })
  organiserId?: string;
}
