import type { EntityManager } from 'typeorm';
import { uniqueViolation } from '@gatehouse/database';
import { ConflictProblem } from '@gatehouse/http';
import { User } from './user.entity.js';

const messages = new Map([
  ['users_email_key', 'User with this email already exists'],
  ['users_username_key', 'User with this username already exists'],
]);

/**
 * Writes a user. Whether email and username are free is the unique indexes' decision, which holds for any number
 * of simultaneous requests.
 *
 * @throws {ConflictProblem} when one of them is taken
 */
export async function refusingDuplicates<T>(write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    const message = messages.get(uniqueViolation(error) ?? '');
    throw message ? new ConflictProblem(message) : error;
  }
}

/**
 * Refuses what is taken already before it costs a hash. Only the write decides.
 *
 * @throws {ConflictProblem}
 */
export async function refuseTaken(
  { email, username }: Pick<User, 'email' | 'username'>,
  manager: EntityManager,
): Promise<void> {
  const [taken] = await manager.query<{ index: string }[]>(
    `SELECT CASE WHEN email = $1 THEN 'users_email_key' ELSE 'users_username_key' END AS index
     FROM users WHERE email = $1 OR lower(username) = lower($2) ORDER BY index LIMIT 1`,
    [email, username],
  );
  if (taken) throw new ConflictProblem(messages.get(taken.index)!);
}
