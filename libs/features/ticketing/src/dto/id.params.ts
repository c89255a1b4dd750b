import { UuidField } from '@gatehouse/validation';

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
