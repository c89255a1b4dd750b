import { type ListingOptions, ListQuery, SortField } from '@gatehouse/listing';
import { EnumField } from '@gatehouse/validation';
import { type TicketStatus, ticketStatuses } from '../ticket.entity.js';

export const ticketsListing: ListingOptions = {
  keys: { createdAt: { by: 'ticket.createdAt', type: 'timestamptz' } },
  unique: { by: 'ticket.id', type: 'uuid' },
  defaultSort: '-createdAt',
};

export class ListTicketsQuery extends ListQuery {
  @SortField(ticketsListing)
  override sort?: string;

  @EnumField(ticketStatuses, { enumName: 'TicketStatus', optional: true, description: 'Only these.' })
  status?: TicketStatus;
}
