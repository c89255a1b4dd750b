import { ValidateBy, type ValidationArguments } from 'class-validator';
import { comparable } from '@gatehouse/text';
import { isCommonPassword } from './common-passwords.js';

/** Fields of a DTO that a password must not repeat, if present. */
interface Account {
  username?: unknown;
  email?: unknown;
}

/** Refuses, as `commonPassword`, what attackers try first: the most common passwords and the account's own names. */
export function UncommonPassword(): PropertyDecorator {
  return ValidateBy({
    name: 'commonPassword',
    validator: {
      validate: (value: unknown, args?: ValidationArguments) =>
        typeof value === 'string' && !isCommonPassword(value) && !isOwnName(value, args!.object),
      defaultMessage: () => '$property is too common',
    },
  });
}

function isOwnName(password: string, { username, email }: Account): boolean {
  const text = comparable(password);
  return [username, email].some((name) => typeof name === 'string' && comparable(name) === text);
}
