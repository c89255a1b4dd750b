import { IntersectionType, OmitType } from '@nestjs/swagger';
import { DateTimeField, NestedField, PatchType, UuidField } from '@gatehouse/validation';
import { type ListingOptions, ListQuery, SortField } from '@gatehouse/listing';
import { LimitsDto, NameField, NewLimitsDto, UsedQuotaField } from '../ticketing.dto.js';
import { OrganiserDto } from '../organisers/organiser.dto.js';
import { TicketCategoryDto } from './category.dto.js';
import { EventSessionDto } from './event-session.dto.js';

class EventFields {
  @UuidField()
  organiserId: string;

  @DateTimeField({ description: 'Start of sales.' })
  openDate: Date;
}

const closeDate = { nullable: true, example: '2026-08-31T12:00:00.000Z' };

/** An event in a listing. */
export class TicketedEventDto extends IntersectionType(EventFields, LimitsDto) {
  @UuidField()
  id: string;

  @NameField()
  name: string;

  @DateTimeField({ ...closeDate, description: 'End of sales.' })
  closeDate: Date | null;

  @DateTimeField()
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

export class CreateEventDto extends IntersectionType(EventFields, NewLimitsDto) {
  @NameField({ description: 'Unique per organiser, regardless of case.' })
  name: string;

  @DateTimeField({ ...closeDate, default: null, description: 'End of sales. `null`: no end.' })
  closeDate: Date | null;
}

/** Absent fields keep their value; `null` clears closing date and quotas. */
export class UpdateEventDto extends PatchType(OmitType(CreateEventDto, ['organiserId'])) {}

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
