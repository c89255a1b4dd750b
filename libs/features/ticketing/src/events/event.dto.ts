import { DateTimeField, NestedField, PatchType, UuidField } from '@gatehouse/validation';
import { type ListingOptions, ListQuery, SortField } from '@gatehouse/listing';
import { DisabledField, NameField, QuotaField, UsedQuotaField, UserQuotaField } from '../ticketing.dto.js';
import { TicketCategoryDto } from './category.dto.js';
import { OrganiserDto } from '../organisers/organiser.dto.js';
import { EventSessionDto } from './event-session.dto.js';

/** An event as it is listed. */
export class TicketedEventDto {
  @UuidField({ example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081' })
  id: string;

  @UuidField({ example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081' })
  organiserId: string;

  @NameField()
  name: string;

  @DateTimeField({ description: 'From when on tickets are sold.', example: '2026-07-01T12:00:00.000Z' })
  openDate: Date;

  @DateTimeField({
    nullable: true,
    description: 'Until when tickets are sold.',
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

/** Of an event's sessions and categories; the rest is in their listings. */
export const MAX_SHOWN = 100;

/** An event with all that a buyer chooses from. */
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
    description: 'The eldest. An event with more lists them at `/ticketing/events/{id}/categories`.',
  })
  categories: TicketCategoryDto[];
}

/** What an update can change as well. */
export class EventFields {
  @NameField({ description: 'Unique for the organiser, whatever its case.' })
  name: string;

  @DateTimeField({ description: 'From when on tickets are sold.', example: '2026-07-01T12:00:00.000Z' })
  openDate: Date;

  @DateTimeField({
    nullable: true,
    default: null,
    description: 'Until when tickets are sold. `null`: no end.',
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

/** What is absent stays as it is; `null` clears closing date and quotas. */
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
