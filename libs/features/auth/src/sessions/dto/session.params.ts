import { UuidField } from '@gatehouse/validation';

export class SessionParams {
  @UuidField({ description: 'Id of the session' })
  id: string;
}
