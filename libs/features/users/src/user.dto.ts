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

/** What a person gives to get an account. */
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

/** What is absent stays as it is; `null` clears `fullName` and `age`. */
export class UpdateUserDto extends PatchType(ReplaceUserDto) {}

/**
 * What people may change of their own account: never their role, nor whether it is active; and their address only
 * by the link that is sent to the new one.
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

  @BooleanField({ optional: true, description: 'Only users who may log in, or who may not.' })
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

/** Names of the fields, of those that clients see, in which two states of a user differ. */
export function changedFields(before: User, after: User): string[] {
  const [old, current] = [toUserDto(before), toUserDto(after)];
  const names = Object.keys(current) as (keyof typeof current)[];
  return names.filter((name) => !isDeepStrictEqual(old[name], current[name]));
}
