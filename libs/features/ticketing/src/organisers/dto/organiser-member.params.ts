import { UuidField } from '@gatehouse/validation';
import { OrganiserParams } from '../../dto/id.params.js';

export class OrganiserMemberParams extends OrganiserParams {
  @UuidField({ description: 'Id of the user' })
  userId: string;
}
