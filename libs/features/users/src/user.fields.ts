import { applyDecorators } from '@nestjs/common';
import { Matches } from 'class-validator';
import { roles } from './roles.js';
import type { FieldOptions } from '@gatehouse/validation';
import { BooleanField, EnumField, IntegerField, StringField, StringsField } from '@gatehouse/validation';
import { isCommonPassword } from './common-passwords.js';
import { canonicalEmail, VISIBLE_EMAIL } from './login-names.js';
import { canonicalPassword } from './password-hasher.js';
import { UncommonPassword } from './uncommon-password.rule.js';

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
