import { NestedField } from '@gatehouse/validation';
import { TicketCategoryDto } from '../../categories/dto/category.dto.js';
import { UsedQuotaField } from '../../dto/ticketing.fields.js';
import { OrganiserDto } from '../../organisers/dto/organiser.dto.js';
import { EventSessionDto } from '../../sessions/dto/event-session.dto.js';
import { TicketedEventDto } from './event.dto.js';

/** An event with all that a buyer chooses from. */
export class EventDetailsDto extends TicketedEventDto {
  @UsedQuotaField()
  usedQuota: number;

  @NestedField(() => OrganiserDto)
  organiser: OrganiserDto;

  @NestedField(() => EventSessionDto, { isArray: true })
  sessions: EventSessionDto[];

  @NestedField(() => TicketCategoryDto, { isArray: true })
  categories: TicketCategoryDto[];
}
