import { UuidField } from '@gatehouse/validation';
import { GroupParams } from './group.params.js';

export class MemberParams extends GroupParams {
  @UuidField({ description: 'Id of the user' })
  userId: string;
}
