import { ApiProperty } from '@nestjs/swagger';
import { ListQuery } from '@gatehouse/listing';
import { EnumField } from '@gatehouse/validation';
import { type TicketStatus, ticketStatuses } from '../ticket.entity.js';

export class ListTicketsQuery extends ListQuery {
  @ApiProperty({
    description: '`createdAt`, or `-createdAt` for the newest first, the default.',
    example: '-createdAt',
  })
  override sort?: string;

  @EnumField(ticketStatuses, { enumName: 'TicketStatus', optional: true, description: 'Only these.' })
  status?: TicketStatus;
}
