import type { Role } from '../roles.js';
import {
  AgeField,
  EmailField,
  FullNameField,
  IsActiveField,
  RoleField,
  TagsField,
  UsernameField,
} from '../user.fields.js';

/** All of a user that an administrator can set. What is optional and absent is cleared. */
export class ReplaceUserDto {
  @UsernameField()
  username: string;

  @EmailField()
  email: string;

  @FullNameField({ default: null })
  fullName: string | null;

  @AgeField({ default: null })
  age: number | null;

  @TagsField({ default: [] })
  tags: string[];

  @RoleField()
  role: Role;

  @IsActiveField()
  isActive: boolean;
}
