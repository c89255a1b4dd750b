import { type Role, roles } from '@gatehouse/users';
import { EnumField } from '@gatehouse/validation';
import { PermissionParams } from './permission.params.js';

export class RoleGrantParams extends PermissionParams {
  @EnumField(roles, { enumName: 'Role', description: 'Name of the role', example: 'user' })
  role: Role;
}
