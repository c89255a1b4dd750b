import { createRequire } from 'node:module';
import { ValidateBy, type ValidationArguments } from 'class-validator';
import { comparable } from '@gatehouse/text';

const require = createRequire(import.meta.url);

/** The password of the development users, allowed outside production. */
const DEVELOPMENT_PASSWORD = 'Passw0rd';

const MIN_LENGTH = 8;

let common: ReadonlySet<string> | undefined;

/**
 * Whether a password is one of the 49,000 most common ones, in any case, which attackers try first. The first call
 * takes some 30 ms to load the list.
 */
export function isCommonPassword(password: string): boolean {
  // A DTO rule has no access to the settings.
  if (password === DEVELOPMENT_PASSWORD && process.env['NODE_ENV'] !== 'production') return false;
  common ??= load();
  return common.has(password.toLowerCase());
}

/** Only passwords that satisfy the other rules in some case. */
function load(): ReadonlySet<string> {
  const { dictionary } = require('@zxcvbn-ts/language-common') as typeof import('@zxcvbn-ts/language-common');
  const candidates = dictionary['passwords-common'].filter(
    (password) => password.length >= MIN_LENGTH && /\d/.test(password),
  );
  return new Set(candidates.map((password) => password.toLowerCase()));
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

/** @param account DTO with a username and an email, if any */
function isOwnName(password: string, { username, email }: { username?: unknown; email?: unknown }): boolean {
  const text = comparable(password);
  return [username, email].some((name) => typeof name === 'string' && comparable(name) === text);
}
