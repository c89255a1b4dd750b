import { isDeepStrictEqual } from 'node:util';
import { applyDecorators } from '@nestjs/common';
import { OmitType } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import type { FieldError } from '@gatehouse/http';
import { type ListingOptions, ListQuery, SortField } from '@gatehouse/listing';
import {
  BooleanField,
  DateTimeField,
  EnumField,
  type FieldOptions,
  IntegerField,
  PatchType,
  StringField,
  StringsField,
  UuidField,
  type Validatable,
} from '@gatehouse/validation';
import { isCommonPassword, UncommonPassword } from './common-passwords.js';
import { canonicalEmail, VISIBLE_EMAIL } from './login-names.js';
import { canonicalPassword } from './password-hasher.js';
import { type Role, roles } from './roles.js';
import type { User } from './user.entity.js';

/** The fields of a user, with the rules shared by all DTOs and enforced by the table. */

/** Requirements of a password besides 8 to 128 characters. `[^]` matches any character, including line breaks. */
const PASSWORD_PATTERN = /^(?=[^]*[A-Z])(?=[^]*[0-9])/;

/** Whether a text is an acceptable password, for passwords that do not come through a DTO. */
export function isAcceptablePassword(text: string): boolean {
  const password = canonicalPassword(text);
  const length = [...password].length;
  return length >= 8 && length <= 128 && PASSWORD_PATTERN.test(password) && !isCommonPassword(password);
}

export function UsernameField(options: FieldOptions = {}): PropertyDecorator {
  return StringField({
    min: 3,
    max: 50,
    pattern: /^[a-zA-Z0-9_-]+$/,
    patternMessage: '$property must consist of letters, digits, "_" and "-"',
    example: 'ada_lovelace',
    ...options,
  });
}

/**
 * At most 254 characters (RFC 5321, section 4.5.3.1.3, without the angle brackets). An internationalised address may
 * contain letters of any script (RFC 6531). A quoted local part (section 4.1.2), which could contain anything, even
 * an `@`, is refused.
 */
export function EmailField(options: FieldOptions = {}): PropertyDecorator {
  return applyDecorators(
    StringField({
      format: 'idn-email',
      canonical: canonicalEmail,
      max: 254,
      pattern: /^[^\s"]+$/,
      patternMessage: '$property must not contain white space or quotes',
      example: 'ada@example.com',
      ...options,
    }),
    Matches(VISIBLE_EMAIL, { message: '$property must not contain characters that cannot be seen' }),
  );
}

export function PasswordField(options: FieldOptions = {}): PropertyDecorator {
  return applyDecorators(
    StringField({
      min: 8,
      max: 128,
      canonical: canonicalPassword,
      pattern: PASSWORD_PATTERN,
      patternMessage: '$property must contain an upper-case letter and a digit',
      description: 'The most common passwords, and the names of the account, are refused.',
      example: 'Passw0rd',
      ...options,
    }),
    UncommonPassword(),
  );
}

export function FullNameField(options: FieldOptions = {}): PropertyDecorator {
  return StringField({ min: 1, max: 100, trim: true, nullable: true, example: 'Ada Lovelace', ...options });
}

export function AgeField(options: FieldOptions = {}): PropertyDecorator {
  return IntegerField({ min: 0, max: 150, nullable: true, example: 36, ...options });
}

export function TagsField(options: FieldOptions = {}): PropertyDecorator {
  return StringsField({ min: 1, max: 50, maxItems: 50, example: ['mathematics'], ...options });
}

export function RoleField(options: FieldOptions = {}): PropertyDecorator {
  return EnumField(roles, { enumName: 'Role', example: 'user', ...options });
}

export function IsActiveField(options: FieldOptions = {}): PropertyDecorator {
  return BooleanField({ description: 'A user who is not active cannot log in.', example: true, ...options });
}

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

/** The same by page alone. */
export class PageUsersQuery
  extends OmitType(ListUsersQuery, ['cursor', 'limit', 'validateTogether'])
  implements Validatable
{
  validateTogether(): FieldError[] {
    return ListQuery.prototype.validateTogether.call(this as ListQuery);
  }
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
