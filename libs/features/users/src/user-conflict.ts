import type { EntityManager } from 'typeorm';
import { onDuplicate } from '@gatehouse/database';
import { ConflictProblem } from '@gatehouse/http';
import { User } from './user.entity.js';

const problems = {
  users_email_key: () => new ConflictProblem('User with this email already exists'),
  users_username_key: () => new ConflictProblem('User with this username already exists'),
};

/** For `catch` on a write of a user. */
export const refuseDuplicate = onDuplicate(problems);

/**
 * Refuses what is taken already before it costs a hash. Only the write decides.
 *
 * @throws {ConflictProblem}
 */
export async function refuseTaken(
  { email, username }: Pick<User, 'email' | 'username'>,
  manager: EntityManager,
): Promise<void> {
  const [taken] = await manager.query<{ index: keyof typeof problems }[]>(
    `SELECT CASE WHEN email = $1 THEN 'users_email_key' ELSE 'users_username_key' END AS index
     FROM users WHERE email = $1 OR lower(username) = lower($2) ORDER BY index LIMIT 1`,
    [email, username],
  );
  if (taken) throw problems[taken.index]();
}
