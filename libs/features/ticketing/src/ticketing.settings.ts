import { Int } from '@gatehouse/config';

export class TicketingSettings {
  /** Minutes that a ticket is held for its payment. */
  @Int(1, 10_080)
  TICKET_HOLD_MINUTES = 15;

  /** Tickets of one event that a user may hold unpaid. */
  @Int(1, 1_000_000)
  TICKET_MAX_UNPAID = 10;
}
