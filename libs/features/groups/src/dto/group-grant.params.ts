import { UuidField } from '@gatehouse/validation';
import { PermissionParams } from './permission.params.js';

export class GroupGrantParams extends PermissionParams {
  @UuidField({ description: 'Id of the group' })
  groupId: string;
}
