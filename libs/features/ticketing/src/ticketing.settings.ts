import { Int } from '@gatehouse/config';

export class TicketingSettings {
  /** Minutes for which a ticket is held until it is paid. */
  @Int(1, 10_080)
  TICKET_HOLD_MINUTES = 15;

  /** Maximum number of unpaid tickets per user and event. */
  @Int(1, 1_000_000)
  TICKET_MAX_UNPAID = 10;
}
