import { ListQuery } from '@gatehouse/listing';
import { DateTimeField, StringField, UuidField } from '@gatehouse/validation';

export class ListAuditEventsQuery extends ListQuery {
  @StringField({ min: 1, max: 100, optional: true, example: 'auth.login-failed' })
  action?: string;

  @UuidField({ optional: true, description: 'User who did it' })
  actorId?: string;

  @StringField({ min: 1, max: 200, optional: true, description: 'What it was done to' })
  subjectId?: string;

  @DateTimeField({ optional: true, description: 'From this moment on' })
  from?: Date;

  @DateTimeField({ optional: true, description: 'Before this moment' })
  to?: Date;
}
