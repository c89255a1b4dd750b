import { isDeepStrictEqual } from 'node:util';
import { OmitType } from '@nestjs/swagger';
import {
  BooleanField,
  DateTimeField,
  EnumField,
  PatchType,
  StringField,
  UuidField,
} from '@gatehouse/validation';
import { type ListingOptions, ListQuery, SortField } from '@gatehouse/listing';
import { type Role, roles } from './roles.js';
import {
  AgeField,
  EmailField,
  FullNameField,
  IsActiveField,
  PasswordField,
  RoleField,
  TagsField,
  UsernameField,
} from './user.fields.js';
import type { User } from './user.entity.js';

export class UserParams {
  @UuidField({ description: 'Id of the user' })
  id: string;
}

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

/** Input for registering an account. */
export class NewAccountDto {
  @UsernameField()
  username: string;

  @EmailField()
  email: string;

  @PasswordField()
  password: string;

  @FullNameField({ optional: true })
  fullName?: string | null;

  @AgeField({ optional: true })
  age?: number | null;

  @TagsField({ default: [] })
  tags: string[];
}

export class CreateUserDto extends NewAccountDto {
  @RoleField({ default: 'user' })
  role: Role;

  @IsActiveField({ default: true })
  isActive: boolean;
}

/** All fields that an administrator can set. Absent optional fields are cleared. */
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

/** Absent fields keep their value; `null` clears `fullName` and `age`. */
export class UpdateUserDto extends PatchType(ReplaceUserDto) {}

/**
 * What users may change in their own account: not their role or whether it is active, and their address only through
 * a link sent to the new one.
 */
export class UpdateProfileDto extends OmitType(UpdateUserDto, ['role', 'isActive', 'email']) {}

export class SetPasswordDto {
  @PasswordField()
  password: string;
}

export const usersListing: ListingOptions = {
  keys: {
    createdAt: { by: 'user.createdAt', type: 'timestamptz' },
    username: { by: 'user.username', type: 'text' },
    email: { by: 'user.email', type: 'text' },
  },
  unique: { by: 'user.id', type: 'uuid' },
  defaultSort: '-createdAt',
};

export class ListUsersQuery extends ListQuery {
  @SortField(usersListing)
  override sort?: string;

  @EnumField(roles, { enumName: 'Role', optional: true, description: 'Only users with this role.' })
  role?: Role;

  @BooleanField({ optional: true, description: 'Only users who may log in, or only those who may not.' })
  isActive?: boolean;

  @StringField({
    min: 1,
    max: 100,
    trim: true,
    optional: true,
    description: 'Part of the username, the email or the full name, in any case.',
    example: 'demo',
  })
  q?: string;
}

export function toUserDto(user: User): UserDto {
  const { id, username, email, fullName, age, tags, role, isActive, createdAt, updatedAt } = user;
  return { id, username, email, fullName, age, tags, role, isActive, createdAt, updatedAt };
}

/** Names of the client-visible fields in which two states of a user differ. */
export function changedFields(before: User, after: User): string[] {
  const [old, current] = [toUserDto(before), toUserDto(after)];
  const names = Object.keys(current) as (keyof typeof current)[];
  return names.filter((name) => !isDeepStrictEqual(old[name], current[name]));
}
