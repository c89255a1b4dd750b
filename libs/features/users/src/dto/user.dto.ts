import type { Role } from '../roles.js';
import { DateTimeField, UuidField } from '@gatehouse/validation';
import {
  AgeField,
  EmailField,
  FullNameField,
  IsActiveField,
  RoleField,
  TagsField,
  UsernameField,
} from '../user.fields.js';

/** A user as clients see it. */
export class UserDto {
  @UuidField({ example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081' })
  id: string;

  @UsernameField()
  username: string;

  @EmailField()
  email: string;

  @FullNameField()
  fullName: string | null;

  @AgeField()
  age: number | null;

  @TagsField()
  tags: string[];

  @RoleField()
  role: Role;

  @IsActiveField()
  isActive: boolean;

  @DateTimeField({ example: '2026-07-01T12:00:00.000Z' })
  createdAt: Date;

  @DateTimeField({ example: '2026-07-01T12:00:00.000Z' })
  updatedAt: Date;
}
