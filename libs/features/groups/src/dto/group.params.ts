import { UuidField } from '@gatehouse/validation';

export class GroupParams {
  @UuidField({ description: 'Id of the group' })
  id: string;
}
