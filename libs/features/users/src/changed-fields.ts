import { isDeepStrictEqual } from 'node:util';
import { toUserDto } from './dto/user.mapper.js';
import type { User } from './user.entity.js';

/** Names of the fields, of those that clients see, in which two states of a user differ. */
export function changedFields(before: User, after: User): string[] {
  const [old, current] = [toUserDto(before), toUserDto(after)];
  const names = Object.keys(current) as (keyof typeof current)[];
  return names.filter((name) => !isDeepStrictEqual(old[name], current[name]));
}
