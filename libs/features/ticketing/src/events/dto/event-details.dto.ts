import { NestedField } from '@gatehouse/validation';
import { TicketCategoryDto } from '../../categories/dto/category.dto.js';
import { UsedQuotaField } from '../../dto/ticketing.fields.js';
import { OrganiserDto } from '../../organisers/dto/organiser.dto.js';
import { EventSessionDto } from '../../sessions/dto/event-session.dto.js';
import { TicketedEventDto } from './event.dto.js';

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
