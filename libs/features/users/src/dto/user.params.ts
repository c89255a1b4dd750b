import { UuidField } from '@gatehouse/validation';

export class UserParams {
  @UuidField({ description: 'Id of the user' })
  id: string;
}
