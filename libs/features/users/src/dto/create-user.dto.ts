import type { Role } from '../roles.js';
import { IsActiveField, RoleField } from '../user.fields.js';
import { NewAccountDto } from './new-account.dto.js';

export class CreateUserDto extends NewAccountDto {
  @RoleField({ default: 'user' })
  role: Role;

  @IsActiveField({ default: true })
  isActive: boolean;
}
